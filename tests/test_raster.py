"""Meshes, the camera and the software renderer, against analytic shapes and Qt's matrices."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from explorer.core import camera, mesh, shading, solids
from explorer.core.colormap import lut
from explorer.core.figure import Ball, Scene, Tube
from explorer.engine import raster

WHITE = "#FFFFFF"
MAP = lut("viridis")


def paraboloid(**changes: object) -> Scene:
    """Height 0.4 (x² + y²), one band a tenth of its height."""
    x = np.linspace(-1, 1, 81)
    z = 0.4 * (x**2 + x[:, None] ** 2)
    plain = Scene(
        x=x, y=x, z=z, band=10 * z / 0.8, bands=10, colormap="viridis", tubes=(), balls=(),
        height="height", azimuth=-60.0, elevation=40.0,
    )  # fmt: skip
    return replace(plain, **changes)


def draw(scene: Scene, width: int = 300, height: int = 240, **options: object) -> np.ndarray:
    settings = {"background": WHITE, "ink": "#5A6371", "lut": MAP, **options}
    return raster.render(scene, width, height, **settings)


def pixel(image: np.ndarray, scene: Scene, point: tuple[float, float, float]) -> np.ndarray:
    height, width = image.shape[:2]
    x, y, _ = camera.place(scene, np.array([point]), width, height)[0]
    return image[int(y), int(x), :3].astype(int)


def test_surface_normals_are_those_of_a_paraboloid() -> None:
    scene = paraboloid()
    x, y = np.meshgrid(scene.x, scene.y)
    exact = np.stack([-0.8 * x, -0.8 * y, np.ones_like(x)], axis=-1)
    exact /= np.linalg.norm(exact, axis=-1, keepdims=True)
    normals = mesh.surface_normals(scene.x, scene.y, scene.z)
    # central differences of a square are exact inside, one-sided ones at the rim are not
    np.testing.assert_allclose(normals[1:-1, 1:-1], exact[1:-1, 1:-1], atol=1e-12)
    np.testing.assert_allclose(normals, exact, atol=0.02)


def test_surface_normals_with_unequal_steps_point_the_right_way() -> None:
    x, y = np.array([0.0, 1.0, 3.0]), np.array([0.0, 0.5])
    z = 2 * x + 3 * y[:, None]
    normal = mesh.surface_normals(x, y, z)
    np.testing.assert_allclose(normal, np.broadcast_to([-2, -3, 1] / np.sqrt(14), (2, 3, 3)))


def test_faces_of_a_surface_cover_it_and_look_up() -> None:
    x, y = np.linspace(0, 3, 4), np.linspace(0, 1, 3)
    made = mesh.surface_mesh(x, y, np.zeros((3, 4)))
    a, b, c = (made.vertices[made.faces[:, k]] for k in range(3))
    areas = np.cross(b - a, c - a)[:, 2] / 2
    assert (areas > 0).all()
    assert areas.sum() == pytest.approx(3.0)
    np.testing.assert_array_equal(made.vertices[1 * 4 + 2], [2.0, 0.5, 0.0])


def test_a_height_that_is_not_finite_leaves_a_hole() -> None:
    z = np.zeros((5, 5))
    z[2, 2] = np.nan
    x = np.linspace(-1, 1, 5)
    made = mesh.surface_mesh(x, x, z)
    assert len(made.faces) == 32 - 6
    assert np.isfinite(made.vertices).all()
    assert not (made.faces == 12).any()


@pytest.mark.parametrize("turn", [0.0, 0.5, 2.0])
def test_a_tube_keeps_its_radius_everywhere(turn: float) -> None:
    t = np.linspace(0, 3, 200)
    path = np.stack([t * np.cos(turn * t), t * np.sin(turn * t), 0.2 * t], axis=1)
    tube, place = mesh.tube_mesh(path, 0.05)
    off = np.linalg.norm(tube.vertices - path[place], axis=1)
    np.testing.assert_allclose(off[8:-8], 0.05, rtol=1e-4)
    assert (off[:8] == 0).all()
    np.testing.assert_allclose(np.linalg.norm(tube.normals, axis=1), 1, rtol=1e-5)


def test_a_tube_is_closed_and_faces_out() -> None:
    path = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]])
    tube, _ = mesh.tube_mesh(path, 0.1, sides=64)
    a, b, c = (tube.vertices[tube.faces[:, k]].astype(float) for k in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    # three cylinders of length 1, which share bits of their joints
    assert volume == pytest.approx(3 * math.pi * 0.01, rel=0.12)


def test_a_tube_that_turns_back_is_not_pinched() -> None:
    path = np.array([[0.0, 0, 0], [1, 0, 0], [0, 0.01, 0]])
    tube, place = mesh.tube_mesh(path, 0.1)
    width = np.ptp(tube.vertices[place == 1], axis=0)
    assert width[1] == pytest.approx(0.2, rel=0.05)
    assert width[2] == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize("path", [np.zeros((0, 3)), np.zeros((1, 3)), np.ones((7, 3))])
def test_a_path_that_does_not_move_has_no_tube(path: np.ndarray) -> None:
    tube, _ = mesh.tube_mesh(mesh.thinned(path, 0.01), 0.1)
    assert len(tube.faces) == 0


def test_thinning_keeps_both_ends_and_the_spacing() -> None:
    x = np.linspace(0, 1, 10_001)
    path = np.stack([x, np.zeros_like(x), np.zeros_like(x)], axis=1)
    thin = mesh.thinned(path, 0.01)
    assert 99 <= len(thin) <= 102
    np.testing.assert_array_equal(thin[[0, -1]], path[[0, -1]])
    assert np.diff(thin[:, 0]).max() < 0.0202


def test_the_ball_is_a_sphere_that_faces_out() -> None:
    ball = mesh.ball_mesh()
    a, b, c = (ball.vertices[ball.faces[:, k]].astype(float) for k in range(3))
    outward = np.einsum("ij,ij->i", np.cross(b - a, c - a), a + b + c)
    assert (outward > -1e-9).all()
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    assert volume == pytest.approx(4 / 3 * math.pi, rel=0.06)


@pytest.mark.parametrize(("azimuth", "elevation"), [(-60, 40), (17, 5), (200, 89), (90, 90)])
@pytest.mark.parametrize("aspect", [0.6, 1.0, 1.9])
def test_matrices_are_those_of_qt(azimuth: float, elevation: float, aspect: float) -> None:
    from PySide6.QtGui import QMatrix4x4, QVector3D

    scene = paraboloid(azimuth=float(azimuth), elevation=float(elevation))
    a, e = math.radians(azimuth), math.radians(elevation)
    middle = camera.centre(scene)
    eye = middle + camera.DISTANCE * np.array(
        [math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)]
    )
    # at the zenith 'up' is where the top of the picture points
    up = np.array([-math.sin(e) * math.cos(a), -math.sin(e) * math.sin(a), math.cos(e)])
    view, lens = QMatrix4x4(), QMatrix4x4()
    view.lookAt(QVector3D(*eye), QVector3D(*middle), QVector3D(*up))
    half = math.degrees(math.asin(camera.HIGH / camera.DISTANCE))
    wide = math.tan(math.asin(camera.WIDE / camera.DISTANCE))
    half = max(half, math.degrees(math.atan(wide / aspect)))
    lens.perspective(2 * half, aspect, camera.NEAR, camera.FAR)
    for ours, theirs in (
        (camera.view_matrix(scene), view),
        (camera.projection_matrix(scene, aspect), lens),
    ):
        # Qt's data run down the columns
        other = np.array(theirs.data()).reshape(4, 4).T
        np.testing.assert_allclose(ours, other, atol=2e-5)


def test_pan_and_zoom_move_the_picture_by_what_they_say() -> None:
    point = np.array([[0.3, -0.2, 0.1]])
    plain = camera.place(paraboloid(), point, 600, 400)[0]
    moved = camera.place(paraboloid(pan=(0.5, 0.25)), point, 600, 400)[0]
    # half of the smaller side is 200 pixels; y runs down
    np.testing.assert_allclose(moved - plain, [100, -50, 0], atol=1e-9)
    near = camera.place(paraboloid(zoom=2.0), point, 600, 400)[0]
    np.testing.assert_allclose(near[:2] - [300, 200], 2 * (plain[:2] - [300, 200]))


@pytest.mark.parametrize("azimuth", [-60, 30, 120, 210])
def test_texts_stand_on_the_sides_that_face_the_camera(azimuth: float) -> None:
    ticks = (((0.5, -1.12, 0.0), "2"), ((-1.12, 0.5, 0.0), "3"), ((0.0, -1.3, 0.0), "x"))
    scene = paraboloid(azimuth=float(azimuth), ticks=ticks)
    assert [text for _, _, text in camera.project(scene, 400, 400)] == ["2", "3", "x"]
    away = camera.view_matrix(scene)[2, :3]
    spots = np.array([camera._facing(scene, place) for place, _ in ticks])
    assert (spots[[0, 2], 1] * away[1] > 0).all()
    assert spots[1, 0] * away[0] > 0
    # along their own axis they stay where they are
    assert spots[0, 0] == 0.5
    assert spots[1, 1] == 0.5


def test_the_floor_has_an_outline_and_a_line_at_every_number() -> None:
    ticks = (((0.5, -1.12, -0.1), "2"), ((-1.12, 0.25, -0.1), "3"), ((0.0, -1.3, -0.1), "x"))
    lines = camera.floor_lines(paraboloid(ticks=ticks))
    assert lines.shape == (6, 2, 3)
    np.testing.assert_array_equal(lines[4], [[0.5, -1, -0.1], [0.5, 1, -0.1]])
    np.testing.assert_array_equal(lines[5], [[-1, 0.25, -0.1], [1, 0.25, -0.1]])


@pytest.mark.parametrize("point", [(0.6, 0.0), (-0.35, 0.4), (0.0, -0.66), (0.2, 0.15)])
def test_the_surface_has_the_colour_of_its_band_and_the_light_of_its_slope(
    point: tuple[float, float],
) -> None:
    scene = paraboloid(elevation=70.0)
    x, y = point
    z = 0.4 * (x * x + y * y)
    band = 10 * z / 0.8
    assert abs(band - round(band)) > 0.1, "a point on an iso-line would be dark"
    normal = np.array([-0.8 * x, -0.8 * y, 1.0]) / math.hypot(0.8 * x, 0.8 * y, 1.0)
    facing = camera.view_matrix(scene)[:3, :3] @ normal @ camera.light()
    shade = solids.SURFACE_AMBIENT + (1 - solids.SURFACE_AMBIENT) * max(facing, 0)
    expected = shade * MAP[round(np.clip((band - 0.5) / 10, 0, 1) * 255)]
    # large, so that the next line is many pixels away
    got = pixel(draw(scene, 1200, 1200), scene, (x, y, z))
    np.testing.assert_allclose(got, expected, atol=4)


def test_iso_lines_lie_at_whole_bands_and_nowhere_else() -> None:
    scene = paraboloid(elevation=90.0)
    image = draw(scene, 900, 900)
    clean = draw(replace(scene, band=scene.band + 100), 900, 900)
    assert clean.shape == image.shape
    for band in (2, 3, 4):
        radius = math.sqrt(band * 0.08 / 0.4)
        between = math.sqrt((band + 0.5) * 0.08 / 0.4)
        on = pixel(image, scene, (radius, 0.0, band * 0.08)).sum()
        off = pixel(image, scene, (between, 0.0, (band + 0.5) * 0.08)).sum()
        assert on < 0.75 * off
    # a plain that lies exactly on a level is not a black one
    flat = paraboloid(z=np.zeros((81, 81)), band=np.full((81, 81), 3.0), elevation=90.0)
    assert np.ptp(draw(flat, 200, 200)[80:120, 80:120, 0].astype(int)) <= 1


def path_on(scene: Scene) -> np.ndarray:
    t = np.linspace(0, 1, 40)
    x, y = -0.8 + 1.5 * t, 0.7 * np.sin(4 * t) - 0.2
    return np.stack([x, y, 0.4 * (x**2 + y**2)], axis=1)


def test_a_tube_is_seen_over_its_whole_length_from_above() -> None:
    plain = paraboloid(elevation=65.0)
    path = path_on(plain)
    scene = replace(plain, tubes=(Tube(path, "#E69F00", 0.02),))
    image = draw(scene, 800, 800)
    paint = np.array([0xE6, 0x9F, 0x00])
    t = np.linspace(0.5, len(path) - 1.5, 400)
    i = t.astype(int)
    between = path[i] + (t - i)[:, None] * (path[i + 1] - path[i])
    between[:, 2] = 0.4 * (between[:, 0] ** 2 + between[:, 1] ** 2) + 0.02
    for point in between:
        got = pixel(image, scene, tuple(point))
        # any light, but that hue: its blue is nought
        shade = got[0] / paint[0]
        assert shade >= solids.SOLID_AMBIENT - 0.02
        np.testing.assert_allclose(got, shade * paint, atol=4)


def test_a_shaded_tube_has_the_colour_of_each_place() -> None:
    plain = paraboloid(elevation=65.0)
    path = path_on(plain)
    shades = np.linspace(0.0, 1.0, len(path))
    scene = replace(plain, tubes=(Tube(path, "#E69F00", 0.02, shades),))
    image = draw(scene, 800, 800)
    for i in range(1, len(path) - 1):
        # the middle of what leads to point i
        middle = (path[i - 1] + path[i]) / 2
        middle[2] = 0.4 * (middle[0] ** 2 + middle[1] ** 2) + 0.02
        got = pixel(image, scene, tuple(middle))
        paint = np.array([int(shading.colour_at(shades[i])[k : k + 2], 16) for k in (1, 3, 5)])
        light = got.sum() / paint.sum()
        assert light >= solids.SOLID_AMBIENT - 0.02
        # half a step of the colours that a tube is made of
        np.testing.assert_allclose(got, light * paint, atol=6)


@pytest.mark.parametrize("elevation", [20.0, 45.0, 80.0])
def test_a_tube_on_a_plain_has_a_dark_rim_on_both_sides(elevation: float) -> None:
    plain = np.zeros((81, 81))
    y = np.linspace(-0.6, 0.6, 30)
    path = np.stack([np.zeros(30), y, np.zeros(30)], axis=1)
    scene = paraboloid(z=plain, band=plain + 5.5, azimuth=0.0, elevation=elevation)
    image = draw(replace(scene, tubes=(Tube(path, "#E69F00", 0.02),)), 1200, 1200)
    up = camera.view_matrix(scene)[1, :3]
    for side in (-1.25, 1.25):
        for along in y[5:-5]:
            spot = np.array([0.0, along, 0.02]) + side * 0.02 * up
            assert pixel(image, scene, tuple(spot)).max() < 40


def test_a_tube_behind_a_thin_wall_is_hidden() -> None:
    x = np.linspace(-1, 1, 401)
    z = np.broadcast_to(0.8 * np.exp(-((x / 0.02) ** 2)), (401, 401)).copy()
    wall = paraboloid(x=x, y=x, z=z, band=z, azimuth=0.0, elevation=20.0)
    y = np.linspace(-0.5, 0.5, 50)
    path = np.stack([np.full(50, -0.02), y, np.full(50, 0.8 / math.e)], axis=1)

    def red(points: np.ndarray) -> int:
        tube = Tube(points, "#FF0000", 0.02)
        image = draw(replace(wall, tubes=(tube,)), 400, 400).astype(int)
        return int(((image[..., 0] > 120) & (image[..., 1] < 30)).sum())

    assert red(path) == 0
    assert red(path * [-1, 1, 1]) > 300


@pytest.mark.parametrize("marker", ["", "diamond", "ring", "stopped"])
def test_a_head_is_in_front_of_everything(marker: str) -> None:
    # far behind and below the rim of the bowl
    spot = (0.0, 0.0, 0.0)
    scene = paraboloid(elevation=2.0, balls=(Ball(spot, "#FF0000", 0.08, marker),))
    plain = draw(paraboloid(elevation=2.0), background="#808080")
    image = draw(scene, background="#808080")
    changed = (plain != image).any(axis=2)
    assert changed.sum() > 60
    x, y, _ = camera.place(scene, np.array([spot]), 300, 240)[0]
    rows, columns = np.nonzero(changed)
    assert rows.mean() == pytest.approx(y, abs=0.8)
    assert columns.mean() == pytest.approx(x, abs=0.8)
    centre = pixel(image, scene, spot)
    if marker == "":
        assert centre[0] > 130
        assert (centre[1:] < 10).all()
    elif marker == "stopped":
        assert (centre < 30).all()
    else:
        assert (centre == 255).all()


def test_nearer_heads_cover_farther_ones() -> None:
    near, far = Ball((0.2, 0, 0.1), "#FF0000", 0.1), Ball((-0.2, 0, 0.1), "#0000FF", 0.1)
    for order in ((near, far), (far, near)):
        scene = paraboloid(azimuth=0.0, elevation=0.0, balls=order)
        got = pixel(draw(scene), scene, near.position)
        assert got[0] > 130
        assert got[2] < 10


def test_the_picture_has_the_size_and_the_ground_asked_for() -> None:
    image = draw(paraboloid(), 123, 77, background="#1D2026", supersample=3)
    assert image.shape == (77, 123, 4)
    assert image.dtype == np.uint8
    assert image[0, 0].tolist() == [0x1D, 0x20, 0x26, 255]
    assert (image[..., 3] == 255).all()


def test_supersampling_only_smooths() -> None:
    scene = paraboloid(tubes=(Tube(path_on(paraboloid()), "#E69F00", 0.02),))
    coarse, fine = draw(scene, supersample=1), draw(scene, supersample=2)
    assert np.abs(coarse.astype(int) - fine).mean() < 4
    assert (coarse != fine).any()


def test_a_hole_shows_the_ground() -> None:
    scene = paraboloid(elevation=90.0)
    z = scene.z.copy()
    z[30:50, 30:50] = np.nan
    band = np.where(np.isfinite(z), scene.band, np.nan)
    image = draw(replace(scene, z=z, band=band, tubes=(Tube(path_on(scene), "#E69F00", 0.02),)))
    assert pixel(image, scene, (0.1, 0.15, 0.0)).tolist() == [255, 255, 255]


def test_drawing_twice_gives_the_same_bytes() -> None:
    scene = paraboloid(tubes=(Tube(path_on(paraboloid()), "#E69F00", 0.02),))
    np.testing.assert_array_equal(draw(scene), draw(scene))


def test_a_renderer_keeps_its_colours_and_takes_the_map_from_the_scene() -> None:
    scene = paraboloid(colormap="cividis")
    image = raster.renderer("#102030", "#5A6371")(scene, 60, 50)
    np.testing.assert_array_equal(
        image, draw(scene, 60, 50, background="#102030", lut=lut("cividis"), supersample=4)
    )
    assert image[0, 0].tolist() == [0x10, 0x20, 0x30, 255]


def test_strips_meet_without_a_seam() -> None:
    scene = paraboloid()
    path = path_on(scene)
    ball = Ball((0.2, 0.1, 0.03), "#56B4E9", 0.045, "circle")
    ticks = (((0.5, -1.12, 0.0), "2"), ((-1.12, 0.5, 0.0), "3"))
    scene = replace(scene, tubes=(Tube(path, "#E69F00", 0.02),), balls=(ball,), ticks=ticks)
    whole = draw(scene, 210, 173)
    for rows in (1, 16, 60, 172):
        strips = draw(scene, 210, 173, samples=rows * 210 * 4)
        # rounding may put an edge on the other side of a sample
        off = np.abs(strips.astype(int) - whole).max(axis=2)
        assert (off > 0).mean() < 1e-3, rows
        assert off.max() <= 64, rows


def test_of_two_runs_that_go_the_same_way_the_later_is_seen() -> None:
    plain = paraboloid(elevation=65.0)
    path = path_on(plain)
    # the second leaves the first's way halfway, so that its rings lie elsewhere
    other = np.concatenate([path[:20], path[20:] + np.array([0.0, 0.2, 0.1])])
    for colours in (("#FF0000", "#0000FF"), ("#0000FF", "#FF0000")):
        tubes = tuple(Tube(p, c, 0.02) for p, c in zip((path, other), colours, strict=True))
        image = draw(replace(plain, tubes=tubes), 900, 900)
        alone = draw(replace(plain, tubes=tubes[1:]), 900, 900)
        # no speck of the first where both go: what the second alone shows is what is seen
        first, second = (int(c[1:3] == "00") * 2 for c in colours)
        seen = (alone[..., second] > 120) & (alone[..., [1, 2 - second]] < 30).all(axis=2)
        x = camera.place(plain, path[19:20], 900, 900)[0, 0]
        shared = seen.copy()
        shared[:, int(x) - 20 :] = False
        assert shared.sum() > 200
        assert (image[shared][:, first] < 60).all()
