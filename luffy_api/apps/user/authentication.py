"""`Authorization: jwt <token>` for the API."""

from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_jwt.authentication import JSONWebTokenAuthentication

from luffy_api.apps.user import tokens
from luffy_api.apps.user.exceptions import InvalidToken
from luffy_api.apps.user.models import User


class TokenAuthentication(JSONWebTokenAuthentication):  # type: ignore[misc]
    """drf-jwt's parsing of the header with our verification; `request.auth` is a VerifiedToken."""

    def authenticate(self, request: Request) -> tuple[User, tokens.VerifiedToken] | None:
        """None without a jwt header. Raises AuthenticationFailed (401) for an invalid token."""
        scheme, _, token = get_authorization_header(request).strip().partition(b" ")
        if not self.prefixes_match(scheme.decode("latin-1")):
            return None
        try:
            verified = tokens.verify(token.strip().decode("ascii"))
        except (InvalidToken, UnicodeDecodeError) as error:
            raise AuthenticationFailed from error
        return verified.user, verified
