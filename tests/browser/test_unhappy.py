"""The emulator page when things are slow, lost, long, or moved under its feet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Page, Route, expect

from .phones import need_chromium, open_page, sideways
from .standin import House

need_chromium()
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
Fresh = Callable[[], House]
MESSAGES = "**/api/people/*/messages*"


async def lost(route: Route) -> None:
    await route.abort("connectionrefused")


async def test_a_message_said_without_connection_is_kept_and_sent_later(
    desk: Page, page_url: str, house: Fresh
) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await desk.route(MESSAGES, lost)
    await kader.say("Supriadi 13,5")
    await expect(kader.node.locator(".lost-line")).to_contain_text("Tidak tersambung, mencoba lagi…")
    await expect(kader.said.last).to_contain_text("Supriadi 13,5")
    await expect(kader.said.last).to_contain_text("belum terkirim, mencoba lagi…")
    await kader.box.fill("yang berikutnya")
    await desk.unroute(MESSAGES)
    await kader.node.locator(".lost-line").get_by_role("button", name="Coba sekarang").click()
    await kader.hears("Tersimpan. Supriadi 13,5 kg")
    await expect(kader.node.locator(".lost-line")).to_be_hidden()
    await expect(kader.said).to_have_count(1)
    await expect(kader.box).to_have_value("yang berikutnya")


async def test_an_answer_lost_on_the_way_back_does_not_double_the_message(
    desk: Page, page_url: str, house: Fresh
) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    tries = 0

    async def answer_lost(route: Route) -> None:
        nonlocal tries
        if route.request.method != "POST":
            return await route.continue_()
        tries += 1
        if tries > 1:
            return await route.continue_()
        await route.fetch()
        await route.abort("connectionreset")

    await desk.route(MESSAGES, answer_lost)
    await kader.say("Supriadi 13,5")
    await kader.hears("Tersimpan")
    await expect(kader.node.locator(".under-way")).to_have_count(0)
    await expect(kader.said).to_have_count(1)
    assert [item["direction"] for item in house().threads["kader"]] == ["in", "out"]


async def test_what_was_not_sent_outlives_a_reload(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await desk.route(MESSAGES, lost)
    await kader.say("satu")
    await kader.say("dua")
    await kader.box.fill("belum selesai")
    await expect(kader.said).to_have_count(2)
    await desk.unroute(MESSAGES)
    await desk.reload()
    await kader.hears("Saya belum paham “dua”")
    assert [item["text"] for item in house().threads["kader"] if item["direction"] == "in"] == ["satu", "dua"]
    await expect(kader.box).to_have_value("belum selesai")


async def test_a_waiting_message_can_be_taken_back(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await desk.route(MESSAGES, lost)
    await kader.say("salah ketik")
    await kader.tap("Hapus")
    await expect(kader.said).to_have_count(0)
    await expect(kader.box).to_have_value("salah ketik")


async def test_a_house_that_is_not_there_yet_is_waited_for(desk: Page, page_url: str, house: Fresh) -> None:
    await desk.route("**/api/**", lambda route: route.fulfill(status=503, body="starting"))
    await desk.goto(page_url)
    await expect(desk.locator("#first-load")).to_have_text("Tidak tersambung, mencoba lagi…")
    await desk.unroute("**/api/**")
    await desk.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(desk.locator(".phone")).to_have_count(3)


async def test_the_clock_goes_forward_and_what_falls_due_is_heard(desk: Page, page_url: str, house: Fresh) -> None:
    mother, _ = await open_page(desk, page_url, "orangtua-an-01", "kader")
    time, date = desk.locator("#clock-time"), desk.locator("#clock-date")
    await expect(time).to_have_text("08.05")
    await expect(date).to_have_text("Selasa, 10 November 2026")
    await expect(desk.locator("#clock-next")).to_have_text("Posyandu berikutnya: Kam, 12 Nov")
    await desk.click("#clock-hour")
    await expect(time).to_have_text("09.05")
    await desk.click("#clock-morning")
    await expect(time).to_have_text("07.00")
    await expect(date).to_have_text("Rabu, 11 November 2026")
    await desk.click("#clock-eve")
    await mother.hears("besok 12/11 ada Posyandu Anyelir")
    await expect(time).to_have_text("18.30")
    await expect(date).to_have_text("Rabu, 11 November 2026")
    await expect(mother.node.locator(".status")).to_contain_text("18.30")
    await expect(desk.locator("#clock-eve")).to_be_disabled()
    await expect(mother.heard.last.locator("time")).to_have_text("16.00")
    await desk.fill("#clock-input", "2026-12-01T09:30")
    await desk.keyboard.press("Enter")
    await expect(time).to_have_text("09.30")
    await expect(date).to_have_text("Selasa, 1 Desember 2026")
    await expect(desk.locator("#notice")).to_have_text("Sekarang Selasa, 1 Desember 2026 pukul 09.30 WIB.")


async def test_going_back_in_time_is_refused_kindly(desk: Page, page_url: str, house: Fresh) -> None:
    await open_page(desk, page_url, "kader")
    await desk.evaluate("document.getElementById('clock-input').removeAttribute('min')")
    await desk.fill("#clock-input", "2026-11-01T09:30")
    await desk.click("#clock-set button")
    await expect(desk.locator("#notice")).to_contain_text("Jam hanya bisa maju")
    assert house().now.day == 10


async def test_people_who_heard_something_are_named_first(desk: Page, page_url: str, house: Fresh) -> None:
    await open_page(desk, page_url, "kader", "orangtua-an-01")
    await desk.click("#clock-eve")
    await expect(desk.locator("#news")).to_have_text("5")
    await desk.click("#add")
    await expect(desk.locator("#chooser-list button").first).to_contain_text("Neneng Hasanah")
    await expect(desk.locator("#chooser-list .news")).to_have_count(5)
    await desk.locator("#chooser-list button").first.click()
    await expect(desk.locator("#news")).to_have_text("4")


async def test_starting_again_asks_first(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.say("Supriadi 13,5")
    await kader.hears("Tersimpan")
    await desk.click("#reset")
    await desk.locator("#confirm-reset").get_by_role("button", name="Batal").click()
    await expect(kader.said).to_have_count(1)
    await desk.click("#reset")
    await desk.fill("#reset-input", "2026-12-20T06:00")
    await desk.locator("#confirm-reset").get_by_role("button", name="Ya, mulai ulang").click()
    await expect(kader.node.locator(".empty")).to_be_visible()
    await expect(kader.node.locator(".empty")).to_have_text("Belum ada pesan. Tulis “menu” untuk mulai.")
    await expect(desk.locator("#clock-date")).to_have_text("Minggu, 20 Desember 2026")
    await kader.say("menu")
    await kader.hears("Halo Bu Yati")
    await expect(kader.said).to_have_count(1)


async def test_data_made_anew_elsewhere_is_noticed(desk: Page, page_url: str, house: Fresh) -> None:
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.say("Supriadi 13,5")
    await kader.hears("Tersimpan")
    await desk.request.post(f"{page_url}api/reset", data={})
    house().put("kader", "out", "Halo dari awal.")
    await expect(kader.heard).to_have_text(["Halo dari awal.08.05"])
    await expect(kader.said).to_have_count(0)


async def test_a_thread_of_five_thousand_messages_stays_light(desk: Page, page_url: str, house: Fresh) -> None:
    for n in range(5000):
        house().put("kader", "in" if n % 2 else "out", f"pesan {n}")
    (kader,) = await open_page(desk, page_url, "kader")
    rows = kader.node.locator(".row")
    await expect(rows).to_have_count(80)
    await expect(rows.last).to_contain_text("pesan 4999")
    await kader.node.locator(".scroller").evaluate("(node) => (node.scrollTop = 0)")
    await expect(rows.first).to_contain_text("pesan 4840")
    before = await rows.first.evaluate("(node) => node.parentNode.parentNode.parentNode.scrollTop")
    assert before > 1000  # the place being read stays in view
    await kader.say("Supriadi 13,5")
    await kader.hears("Tersimpan")
    for n in range(300):
        house().put("kader", "out", f"susulan {n}")
    await expect(rows.last).to_contain_text("susulan 299")
    assert await rows.count() <= 240


async def test_messages_do_not_pull_a_reader_away(desk: Page, page_url: str, house: Fresh) -> None:
    for n in range(60):
        house().put("kader", "out", f"pesan {n}")
    (kader,) = await open_page(desk, page_url, "kader")
    await kader.node.locator(".scroller").hover()
    await desk.mouse.wheel(0, -900)
    jump = kader.node.locator(".jump")
    await expect(jump).to_be_visible()
    house().put("kader", "out", "yang baru")
    await expect(jump.locator(".badge")).to_have_text("1")
    await jump.click()
    await expect(kader.heard.last).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_a_text_of_64_kilobytes_is_folded(pocket: Page, page_url: str, house: Fresh) -> None:
    house().put("kader", "out", "panjang sekali " * 4369)
    (kader,) = await open_page(pocket, page_url, "kader")
    assert len(await kader.heard.last.inner_text()) < 1000
    await kader.tap("Baca selengkapnya")
    assert len(await kader.heard.last.inner_text()) > 65_000
    assert await sideways(pocket) == 0


async def test_a_house_that_never_waits_is_not_hammered(browser: Browser, page_url: str, house: Fresh) -> None:
    page = await browser.new_page()
    await page.clock.install()
    house().put("kader", "out", "Halo.")
    await open_page(page, page_url, "kader")
    polls = 0

    async def at_once(route: Route) -> None:
        nonlocal polls
        polls += 1
        await route.fulfill(json=[])

    await page.route(MESSAGES, at_once)
    house().put("kader", "out", "Halo lagi.")  # ends the poll that is under way
    for _ in range(500):  # however long the machine takes for that
        if polls:
            break
        await page.clock.run_for(20)
        await asyncio.sleep(0.02)
    for _ in range(10):
        await page.clock.run_for(500)
    await page.close()
    assert 1 <= polls <= 7
