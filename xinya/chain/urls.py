from django.urls import path

from .views import chains, companies, decisions, files, lists, packs, segments, zone

urlpatterns = [
    path("zones/new/", lists.new_zone, name="new-zone"),
    path("zones/template.xlsx", lists.template_file, name="list-template"),
    path("zones/<slug:code>/", zone.zone_home, name="zone"),
    path("zones/<slug:code>/chains/", chains.chain_list, name="chain-list"),
    path("zones/<slug:code>/chains/<slug:chain>/", chains.chain_map, name="chain-map"),
    path("zones/<slug:code>/chains/<slug:chain>/map.svg", chains.map_file, name="map-file"),
    path("zones/<slug:code>/verdicts/", zone.verdict_list, name="verdicts"),
    path("zones/<slug:code>/verdicts.csv", zone.verdict_file, name="verdict-file"),
    path("zones/<slug:code>/unplaced/", zone.unplaced, name="unplaced"),
    path("zones/<slug:code>/segments/<slug:segment>/", segments.segment_page, name="segment"),
    path("zones/<slug:code>/segments/<slug:segment>/answer/", decisions.answer, name="answer"),
    path("zones/<slug:code>/answers/<int:pk>/withdraw/", decisions.withdraw, name="withdraw-answer"),
    path("zones/<slug:code>/companies/", companies.company_list, name="companies"),
    path("zones/<slug:code>/companies.csv", lists.company_file, name="company-file"),
    path("zones/<slug:code>/companies/<int:pk>/", companies.company_page, name="company"),
    path("zones/<slug:code>/placements/<int:pk>/decide/", decisions.decide, name="decide-placement"),
    path("zones/<slug:code>/placements/<int:pk>/confirm/", decisions.confirm, name="confirm-placement"),
    path("zones/<slug:code>/placements/<int:pk>/object/", decisions.object_to, name="object-placement"),
    path("zones/<slug:code>/companies/<int:pk>/state/", decisions.state, name="company-state"),
    path("zones/<slug:code>/companies/<int:pk>/files/", files.add, name="company-file-add"),
    path("zones/<slug:code>/import/", lists.bring_list, name="bring-list"),
    path("zones/<slug:code>/limits/", decisions.limits, name="limits"),
    path("zones/<slug:code>/remove/", decisions.remove_demo, name="remove-demo"),
    path("packs/", packs.pack_list, name="packs"),
    path("packs/<slug:chain>/", packs.pack_page, name="pack"),
    path("packs/<slug:chain>.zip", packs.pack_file, name="pack-file"),
    path("dictionary/", packs.dictionary, name="dictionary"),
]
