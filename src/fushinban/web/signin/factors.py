"""Second factors: their secrets are encrypted, their QR code is drawn here."""

import io
import os
from base64 import b64decode, b64encode

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.web.installation import current
from fushinban.web.signin.accounts import language_now, own_words

_BOUND = b"fushinban second factor 1"
_ISSUER = "fushinban"


class Factors(DefaultMFAAdapter):
    """Named in the settings (`MFA_ADAPTER`)."""

    def encrypt(self, text: str) -> str:
        """Seal a secret with the key derived for second factors (AES-256-GCM)."""
        nonce = os.urandom(12)
        sealed = AESGCM(current().sealing).encrypt(nonce, text.encode(), _BOUND)
        return b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. Raises StoreError for another key or an altered row."""
        try:
            raw = b64decode(encrypted_text, validate=True)
            return AESGCM(current().sealing).decrypt(raw[:12], raw[12:], _BOUND).decode()
        except (InvalidTag, ValueError) as error:
            raise StoreError(say("signin.factor-broken")) from error

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """allauth's errors in our words."""
        return own_words(code) or super().validation_error(code, *args)

    def get_totp_issuer(self) -> str:
        """The name that authenticator apps show."""
        return _ISSUER

    def build_totp_svg(self, url: str) -> str:
        """The QR code as SVG, black on white in every theme: cameras need the contrast. No style inside."""
        buffer = io.BytesIO()
        code = segno.make(url, error="m", micro=False)
        code.save(
            buffer, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgclass="qr", lineclass=None,
            omitsize=True,
        )  # fmt: skip
        return buffer.getvalue().decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Prefills the name of a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return say("signin.passkey-name", number=count + 1).of(language_now())

    def _get_site_name(self) -> str:
        return _ISSUER
