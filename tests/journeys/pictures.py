"""The screenshots of the README and docs, taken anew by hand from a running demonstration.

python -m tests.journeys.pictures http://localhost:8000 officer PASSWORD
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys.windows import ARGUMENTS, CHROMIUM

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
SHOTS = (
    ("gap.png", "en/zones/shenyang/segments/composite-part/", (1440, 880)),
    ("gap-zh.png", "zh-hans/zones/shenyang/segments/composite-part/", (1440, 880)),
    ("zone-zh.png", "zh-hans/zones/shenyang/", (1440, 900)),
    ("map-zh.png", "zh-hans/zones/shenyang/chains/aero-structures/", (1440, 900)),
    ("map-phone-en.png", "en/zones/shenyang/chains/aero-structures/", (390, 844)),
)


def main(address: str, name: str, password: str) -> None:
    """Take every picture of SHOTS from the product at `address`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(locale="zh-CN", device_scale_factor=0.6).new_page()
        page.goto(f"{address}/zh-hans/sign-in/")
        page.fill("#id_username", name)
        page.fill("#id_password", password)
        page.click("main button[type=submit]")
        for file, path, (width, height) in SHOTS:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{address}/{path}")
            page.screenshot(path=FOLDER / file)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
