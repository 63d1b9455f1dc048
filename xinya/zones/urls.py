"""Addresses of the zones slice."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views import commissioners, company_people, people, profile, sign_in


def one_of(name: str, regex: str) -> None:
    """A part of an address that is one of these words."""
    register_converter(type(name, (StringConverter,), {"regex": regex}), name)


one_of("change", "lock|unlock|leave")
one_of("answer", "agree|refuse")
one_of("verdict", "confirm|refuse")

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("people/", people.people, name="people"),
    path("people/ask-role/", people.ask_role, name="ask-role"),
    path("people/invite/", people.invite, name="invite"),
    path("people/offices/", people.add_office, name="add-office"),
    path("people/systems/", people.add_system, name="add-system"),
    path("people/<int:pk>/<change:verb>/", people.change_person, name="change-person"),
    path("people/<int:pk>/phone/", people.show_phone, name="show-phone"),
    path("people/memberships/<int:pk>/end/", people.end_role, name="end-role"),
    path("people/waiting/", people.waiting, name="waiting"),
    path("people/grants/<int:pk>/<answer:verb>/", people.decide_grant, name="decide-grant"),
    path("people/classes/<int:pk>/<answer:verb>/", people.decide_class, name="decide-class"),
    path("people/invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="withdraw-invitation"),
    path("roles/", people.register, name="roles"),
    path("my-company/people/", company_people.company_people, name="company-people"),
    path("my-company/people/invite/", company_people.invite_member, name="invite-member"),
    path("my-company/people/<int:pk>/phone/", company_people.show_member_phone, name="show-member-phone"),
    path("my-company/people/memberships/<int:pk>/end/", company_people.end_member, name="end-member"),
    path("claims/", company_people.claims, name="claims"),
    path("claims/<int:pk>/<verdict:verb>/", company_people.decide_claim, name="decide-claim"),
    path("claim/", company_people.claim, name="claim"),
    path("invited/", company_people.invited, name="invited"),
    path("keys/", company_people.keys, name="keys"),
    path("keys/make/", company_people.make_key, name="make-key"),
    path("keys/<int:pk>/end/", company_people.end_key, name="end-key"),
    path("zones/<slug:code>/commissioners/", commissioners.commissioners, name="commissioners"),
    path("zones/<slug:code>/commissioners.csv", commissioners.assignment_file, name="assignment-file"),
    path("zones/<slug:code>/commissioners/import/", commissioners.bring_assignments, name="bring-assignments"),
    path("zones/<slug:code>/commissioners/absences/", commissioners.enter_absence, name="enter-absence"),
    path("zones/<slug:code>/commissioners/companies/<int:pk>/", commissioners.assign, name="assign-commissioner"),
    path("absences/<int:pk>/withdraw/", commissioners.withdraw_absence, name="withdraw-absence"),
    path("me/", profile.profile, name="profile"),
    path("me/change/", profile.change_profile, name="change-profile"),
    path("me/switch/", profile.switch, name="switch-membership"),
    path("me/absences/", profile.enter_absence, name="own-absence"),
]
