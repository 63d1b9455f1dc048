"""Pages of the zones slice: signing in and out."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from ..forms.sign_in import SignInForm


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Name and password; a wrong pair says so without saying which of the two."""

    template_name = "zones/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")
