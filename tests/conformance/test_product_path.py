"""What the published vectors check is what the product runs: every act of cryptography passes through one module.

The numbers are from RFC 8032 §7.1 (signing) and RFC 7748 §5.2 (agreeing on a secret).
"""

import ast
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from shelterbelt.config import archive
from shelterbelt.sealing import SealingError, letters
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, Key, derive, sign, verify

SOURCE = Path(archive.__file__).parent.parent
# Names from the library that hold keys and do nothing themselves, and who may use more than that, with the reason.
HOLDS = {"Ed25519PrivateKey", "X25519PrivateKey", "X25519PublicKey"}
ELSEWHERE = {
    "sealing/lock.py": {"Scrypt"},  # a passphrase becomes a key; what it locks is sealed by primitives
    "access/accounts.py": {
        "Fernet",
        "HKDF",
        "hashes",
    },  # the library of sign-in seals its one-time secrets so
}
SIGNED = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
)  # fmt: skip
AGREED = (
    (
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    ),
    (
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ),
)
# Points of small order: whoever agrees with one has a secret that everybody knows.
SMALL = ("00" * 32, "01" + "00" * 31, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")


def test_encrypting_deriving_and_verifying_happen_in_one_module_only() -> None:
    odd = {}
    for path in SOURCE.rglob("*.py"):
        where = str(path.relative_to(SOURCE))
        names = {
            name.name for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography") for name in node.names
        }  # fmt: skip
        more = names - HOLDS - ELSEWHERE.get(where, set())
        if more and where != "sealing/primitives.py":
            odd[where] = more
    assert odd == {}


def test_nobody_signs_past_the_one_module() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "sign" and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name) and node.value.id in ("key", "private")
    }  # fmt: skip
    assert found == {"sealing/primitives.py"}


@pytest.mark.parametrize(("secret", "message", "public", "signature"), SIGNED)
def test_ed25519_signs_as_published(secret: str, message: str, public: str, signature: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    made = sign(key, bytes.fromhex(message))
    assert made.hex() == signature
    assert verify(bytes.fromhex(public), made, bytes.fromhex(message))
    assert not verify(bytes.fromhex(public), made, bytes.fromhex(message) + b"\0")


@pytest.mark.parametrize(("own", "other", "secret"), AGREED)
def test_letters_agree_on_the_published_secret(own: str, other: str, secret: str) -> None:
    header, sender, recipient = b"header", b"s" * 32, b"r" * 32
    key, nonce = letters._agreed(
        X25519PrivateKey.from_private_bytes(bytes.fromhex(own)), bytes.fromhex(other), header, sender=sender,
        recipient=recipient,
    )  # fmt: skip
    info = letters._PURPOSE + letters.VERSION + sender + recipient
    made = derive(bytes.fromhex(secret), salt=header, info=info, size=KEY_SIZE + NONCE_SIZE)
    assert (key.raw, nonce) == (Key(made[:KEY_SIZE]).raw, made[KEY_SIZE:])


@pytest.mark.parametrize("point", SMALL)
def test_a_key_that_everybody_agrees_with_is_refused(point: str) -> None:
    own = X25519PrivateKey.generate()
    with pytest.raises(SealingError):
        letters._agreed(own, bytes.fromhex(point), b"header", sender=b"s" * 32, recipient=b"r" * 32)
