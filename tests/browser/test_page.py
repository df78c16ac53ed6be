"""The emulator page in a browser: what a person sees, taps and types, on a wide screen and on a narrow phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from .phones import need_chromium, open_page, sideways
from .standin import House

need_chromium()
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
Fresh = Callable[[], House]


async def test_a_child_is_weighed_by_taps_and_the_mother_hears(desk: Page, page_url: str, house: Fresh) -> None:
    kader, mother = await open_page(desk, page_url, "kader", "orangtua-an-01")
    await kader.say("menu")
    await kader.tap("Timbang balita")
    await kader.tap("Pilih anak")
    await kader.tap("Supriadi")
    await kader.hears("Berat Supriadi?")
    await kader.say("13,5")
    await kader.tap("Simpan")
    await kader.hears("12 dari 30, 18 lagi")
    await mother.hears("Supriadi hari ini 13,5 kg")
    await expect(mother.heard.last.locator("img")).to_have_js_property("naturalWidth", 640)


async def test_wide_screens_show_phones_side_by_side(desk: Page, page_url: str, house: Fresh) -> None:
    await open_page(desk, page_url)
    await expect(desk.locator(".phone")).to_have_count(3)
    tops = await desk.locator(".phone").evaluate_all("(phones) => phones.map((phone) => phone.offsetTop)")
    assert len(set(tops)) == 1
    await expect(desk.locator("#tabs")).to_be_hidden()
    assert await sideways(desk) == 0


async def test_a_narrow_phone_shows_one_and_names_the_others(pocket: Page, page_url: str, house: Fresh) -> None:
    kader, mother = await open_page(pocket, page_url, "kader", "orangtua-an-01")
    await expect(kader.node).to_be_visible()
    await expect(mother.node).to_be_hidden()
    await kader.say("Supriadi 13,5 99")
    await kader.hears("Tersimpan")
    tab = pocket.locator(".tab", has_text="Lilis Suryati")
    await expect(tab.locator(".badge")).to_have_text("1")
    await expect(pocket).to_have_title("(1) Emulator posyandu")
    await tab.click()
    await expect(mother.node).to_be_visible()
    await expect(tab.locator(".badge")).to_have_count(0)
    await expect(pocket).to_have_title("Emulator posyandu")


async def test_nothing_scrolls_sideways_at_360_pixels(pocket: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(pocket, page_url, "kader")
    await kader.say("kata" * 200 + " https://example.org/" + "a" * 300)
    await kader.hears("Saya belum paham")
    await kader.say("Supriadi 13,5")
    await kader.hears("Tersimpan")
    await pocket.click("#clock-now")
    assert await sideways(pocket) == 0
    await kader.say("timbang")
    await kader.tap("Pilih anak")
    assert await sideways(pocket) == 0


async def test_buttons_of_a_question_that_has_passed_are_grey_and_refused_kindly(
    desk: Page, page_url: str, house: Fresh
) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.say("menu")
    await kader.tap("Timbang balita")
    await kader.hears("Siapa yang ditimbang?")
    await expect(kader.node.locator(".buttons.passed .quick").first).to_have_text("Timbang balita")
    await kader.node.locator(".buttons.passed .quick").last.click()
    await kader.hears("Pertanyaan itu sudah lewat")


async def test_a_list_is_narrowed_by_typing_and_closed_by_escape(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.say("timbang")
    await kader.tap("Pilih anak")
    await desk.keyboard.press("Escape")
    await expect(kader.node.get_by_role("dialog")).to_have_count(0)
    await expect(kader.button("Pilih anak")).to_be_focused()
    await desk.keyboard.press("Enter")
    await desk.keyboard.type("fadi")
    await expect(kader.node.locator(".sheet-rows button")).to_have_text(["Aisyah Nur Fadilah"])
    await desk.keyboard.press("Enter")
    await kader.hears("Berat Aisyah Nur Fadilah?")
    await expect(kader.node.get_by_role("dialog")).to_have_count(0)


async def test_a_message_of_the_bot_changes_where_it_stands(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    told = house().put(
        "kader", "out", "Siaran 7: terkirim 50 dari 300.", buttons=[{"id": "!a", "title": "Jeda siaran"}]
    )
    await kader.hears("terkirim 50 dari 300")
    house().put("kader", "out", "Pesan lain.")
    await kader.hears("Pesan lain.")
    house().touch(told, text="Siaran 7: terkirim 300 dari 300.", buttons=[], edited=True)
    await expect(kader.heard.first).to_contain_text("terkirim 300 dari 300")
    await expect(kader.heard.first.locator(".edited")).to_have_text("diubah")
    await expect(kader.heard).to_have_count(2)
    await expect(kader.node.get_by_role("button", name="Jeda siaran")).to_have_count(0)


async def test_a_sent_message_is_changed(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.say("Supriadi 31,5")
    await kader.hears("Tersimpan")
    await kader.box.fill("belum selesai ditulis")
    await kader.said.last.click()
    await kader.tap("Ubah")
    await expect(kader.box).to_have_value("Supriadi 31,5")
    await kader.say("Supriadi 13,5")
    await kader.hears("Pesan yang diubah sudah saya baca: Supriadi 13,5")
    await expect(kader.said.first).to_contain_text("Supriadi 13,5")
    await expect(kader.said.first.locator(".edited")).to_have_text("diubah")
    await expect(kader.said).to_have_count(1)
    await expect(kader.box).to_have_value("belum selesai ditulis")


async def test_arrow_up_changes_the_last_message_and_escape_leaves_it(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.say("halo")
    await kader.hears("Saya belum paham")
    await kader.box.press("ArrowUp")
    await expect(kader.box).to_have_value("halo")
    await kader.box.press("Escape")
    await expect(kader.box).to_have_value("")
    await expect(kader.said.last.locator(".edited")).to_have_count(0)


async def test_enter_sends_and_shift_enter_begins_a_line(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.box.click()
    await desk.keyboard.type("satu")
    await desk.keyboard.press("Shift+Enter")
    await desk.keyboard.type("dua")
    await desk.keyboard.press("Enter")
    await expect(kader.said.last.locator(".text")).to_have_text("satu\ndua", use_inner_text=True)
    await kader.box.press("Enter")
    await kader.hears("Saya belum paham")
    await expect(kader.said).to_have_count(1)


async def test_many_lines_are_pasted_as_they_are(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    lines = "\n".join(f"Anak {n} 8,{n}" for n in range(8))
    await kader.box.focus()
    await desk.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            if (document.activeElement.dispatchEvent(paste)) document.execCommand("insertText", false, text);
        }""",
        lines,
    )
    await expect(kader.box).to_have_value(lines)
    await kader.box.press("Enter")
    await expect(kader.said.last.locator(".text")).to_have_text(lines, use_inner_text=True)
    assert house().threads["kader"][0]["text"] == lines


async def test_what_is_typed_is_never_markup(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    nasty = """<img src=x onerror="document.title='x'"><b>tebal</b> javascript:alert(1) http://127.0.0.1/a"b'c"""
    house().people["kader"].role = house().people["kader"].name = "<i>miring</i>"
    await kader.say(nasty)
    await kader.hears("Saya belum paham")
    typed = kader.said.filter(has_text="tebal")  # what another test typed may still be on its way on a busy machine
    await expect(typed.last.locator(".text")).to_have_text(nasty)
    await expect(kader.node.locator("img, b:not([hidden], .badge)")).to_have_count(0)
    await expect(typed.last.locator("a")).to_have_attribute("href", "http://127.0.0.1/a")
    await desk.reload()
    await expect(kader.node.locator(".names strong")).to_have_text("<i>miring</i>")
    await expect(typed.last.locator(".text")).to_have_text(nasty)


async def test_files_lead_nowhere_but_to_this_server(desk: Page, page_url: str, house: Fresh) -> None:
    media = [
        {"kind": "document", "url": "javascript:alert(1)", "filename": "rekap.pdf"},
        {"kind": "image", "url": "https://example.org/x.png", "filename": "x.png"},
    ]
    house().put("kader", "out", "Ini berkasnya.", media=media)
    (kader,) = await open_page(desk, page_url, "kader")
    assert await kader.node.locator("a.paper").get_attribute("href") is None
    await expect(kader.node.locator(".picture")).to_have_text("Gambar tidak bisa dibuka. Ketuk untuk mencoba lagi.")


async def test_a_photo_is_sent_shown_and_enlarged(desk: Page, page_url: str, house: Fresh, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (300, 200), "teal").save(tmp_path / "buku.png")
    (kader,) = await open_page(desk, page_url, "kader")
    async with desk.expect_file_chooser() as chooser:
        await kader.tap("Kirim foto atau berkas")
    await (await chooser.value).set_files(tmp_path / "buku.png")
    await expect(kader.node.locator(".strip")).to_contain_text("buku.png")
    await kader.say("ini bukunya")
    await kader.hears("Berkas buku.png sudah saya terima")
    await expect(kader.said.last).to_contain_text("ini bukunya")
    await expect(kader.node.locator(".strip")).to_be_hidden()
    picture = kader.said.last.locator(".picture")
    await picture.click()
    viewer = desk.locator("#viewer")
    await expect(viewer.locator("img")).to_have_js_property("naturalWidth", 300)
    await expect(viewer).to_contain_text("buku.png")
    await desk.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()
    await expect(picture).to_be_focused()


async def test_a_file_too_large_is_refused_with_the_reason(
    desk: Page, page_url: str, house: Fresh, tmp_path: Path
) -> None:
    (tmp_path / "besar.pdf").write_bytes(b"x" * 1_100_000)
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.node.locator('input[type="file"]').set_input_files(tmp_path / "besar.pdf")
    await kader.box.press("Enter")
    await expect(kader.node.get_by_role("alert")).to_contain_text("Tidak terkirim. Berkasnya terlalu besar")
    await kader.tap("Hapus")
    await expect(kader.said).to_have_count(0)


async def test_a_document_is_downloaded_under_its_name(desk: Page, page_url: str, house: Fresh) -> None:
    (bidan,) = await open_page(desk, page_url, "bidan")
    await bidan.say("menu")
    await bidan.tap("Rekap bulan ini")
    async with desk.expect_download() as download:
        await bidan.heard.last.locator("a.paper").click()
    assert (await download.value).suggested_filename == "rekap-skdn-2026-11.csv"


async def test_phones_are_added_given_to_another_and_closed(desk: Page, page_url: str, house: Fresh) -> None:
    kader, bidan = await open_page(desk, page_url, "kader", "bidan")
    await desk.click("#add")
    await desk.keyboard.type("rina")
    await desk.keyboard.press("Enter")
    await expect(desk.locator('.phone[data-key="orangtua-an-03"]')).to_be_visible()
    await bidan.node.locator(".who").click()
    await desk.locator("#chooser-list button", has_text="Pak Dedi").click()
    await expect(bidan.node).to_have_count(0)
    await expect(desk.locator(".phone strong")).to_have_text(["Bu Yati", "Pak Dedi", "Rina Marlina"])
    await kader.tap("Tutup HP Bu Yati")
    await expect(desk.locator(".phone strong")).to_have_text(["Pak Dedi", "Rina Marlina"])
    await desk.reload()
    await expect(desk.locator(".phone strong")).to_have_text(["Pak Dedi", "Rina Marlina"])


async def test_a_code_is_put_into_the_box_and_goes_away_after_joining(desk: Page, page_url: str, house: Fresh) -> None:
    (newcomer,) = await open_page(desk, page_url, "kader-baru")
    await expect(newcomer.node.locator(".code")).to_have_text(["AB12-CD34 berlaku", "ZZ99-XX88 sudah lewat"])
    await newcomer.node.locator(".code").first.click()
    await expect(newcomer.box).to_have_value("/start AB12-CD34")
    await newcomer.box.press("Enter")
    await newcomer.hears("Selamat bergabung")
    await expect(newcomer.node.locator(".codes")).to_be_hidden()
    await expect(newcomer.node.locator(".role")).to_have_text("Kader · Posyandu Anyelir RW 14")


async def test_every_control_has_a_name(desk: Page, page_url: str, house: Fresh) -> None:
    (kader, _) = await open_page(desk, page_url, "kader", "kader-baru")
    await kader.say("Supriadi 13,5")
    await kader.hears("Tersimpan")
    nameless = await desk.evaluate(
        """() => [...document.querySelectorAll("button, a, input:not([type=file]), textarea")]
            .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length))
            .map((node) => node.outerHTML)"""
    )
    assert nameless == []
    for button in await desk.locator(".phone button:visible, .bar button:visible").all():
        smallest = await button.evaluate("(node) => Math.min(node.offsetWidth, node.offsetHeight)")
        assert smallest >= 24, await button.evaluate("(node) => node.outerHTML")
