"""A software renderer of scenes: for files, for tests, and where there is no OpenGL.

Triangles go through a depth buffer at `supersample` times the size asked for, which is then
averaged down. One thread, no lock held, the same pixels on every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import cache  # noqa: F401  (chooses the cache folder before numba is imported)

from numba import boolean, float32, float64, int64, njit, types, uint8, uint32, void  # isort: skip
from numpy.typing import NDArray

from explorer.core import camera, colormap, solids
from explorer.core.mesh import surface_mesh, surface_normals

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.figure import Scene
    from explorer.core.mesh import Mesh

Bytes = NDArray[np.uint8]

_INK = solids.LINE_INK
_SCREEN = float64[:, ::1]
# constant arrays may be shared and locked: the kernels take both kinds
_FACES = types.Array(uint32, 2, "C", readonly=True)
_LUT = types.Array(uint8, 2, "C", readonly=True)
_DEPTH = float32[:, ::1]
_IMAGE = uint8[:, :, ::1]
# How many samples are drawn at a time, of eight bytes each.
_SAMPLES = 16_000_000
# Files are not waited for as frames are: four samples a pixel and side where the picture is small.
_FINEST, _FINE, _SMALL = 4, 3, 3_000_000


@njit(
    void(_SCREEN, float64[::1], float64[::1], _FACES, _LUT, int64, float64, float64, _DEPTH,
         _IMAGE),
    cache=True, nogil=True, error_model="numpy",
)  # fmt: skip
def _surface(  # type: ignore[no-untyped-def]
    screen, band, facing, faces, lut, bands, ambient, line, depth, image
):
    """Colour by band, light by how much the vertex faces it, darken along whole bands.

    line: half the width of an iso-line in pixels of the image.
    """
    height, width = depth.shape
    for face in range(faces.shape[0]):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        ax, ay, az = screen[a, 0], screen[a, 1], screen[a, 2]
        bx, by, bz = screen[b, 0] - ax, screen[b, 1] - ay, screen[b, 2] - az
        cx, cy, cz = screen[c, 0] - ax, screen[c, 1] - ay, screen[c, 2] - az
        area = bx * cy - cx * by
        if area == 0.0:
            continue
        scale = 1.0 / area
        left = max(int(np.ceil(ax + min(0.0, bx, cx) - 0.5)), 0)
        right = min(int(np.floor(ax + max(0.0, bx, cx) - 0.5)), width - 1)
        top = max(int(np.ceil(ay + min(0.0, by, cy) - 0.5)), 0)
        bottom = min(int(np.floor(ay + max(0.0, by, cy) - 0.5)), height - 1)
        # counter-clockwise as seen is negative here, where y runs down
        side = -1.0 if area > 0 else 1.0
        qa, qb, qc = band[a], band[b] - band[a], band[c] - band[a]
        da, db, dc = facing[a], facing[b] - facing[a], facing[c] - facing[a]
        slope = (abs(qb * cy - qc * by) + abs(qc * bx - qb * cx)) * abs(scale)
        # lines closer than a few widths would merge into black: let them fade
        ink = _INK * min(1.0, max(0.0, 2.0 - 4.0 * line * slope))
        for y in range(top, bottom + 1):
            py = y + 0.5 - ay
            for x in range(left, right + 1):
                px = x + 0.5 - ax
                v = (px * cy - cx * py) * scale
                w = (bx * py - px * by) * scale
                if v < 0.0 or w < 0.0 or v + w > 1.0:
                    continue
                z = az + v * bz + w * cz
                if z >= depth[y, x]:
                    continue
                depth[y, x] = z
                q = qa + v * qb + w * qc
                shade = side * (da + v * db + w * dc)
                shade = ambient + (1.0 - ambient) * max(shade, 0.0)
                nearest = np.floor(q + 0.5)
                if slope > 1e-6 and 0.5 < nearest < bands + 0.5:
                    away = abs(q - nearest) / slope - line
                    shade *= 1.0 - ink * min(1.0, max(0.0, 0.5 - away))
                at = min(255.0, max(0.0, (q - 0.5) / bands * 255.0))
                k = min(int(at), 254)
                part = at - k
                for channel in range(3):
                    value = (1.0 - part) * lut[k, channel] + part * lut[k + 1, channel]
                    image[y, x, channel] = uint8(value * shade + 0.5)


@njit(
    void(_SCREEN, float64[::1], _FACES, float64[::1], float64, boolean, boolean, _DEPTH,
         _IMAGE),
    cache=True, nogil=True, error_model="numpy",
)  # fmt: skip
def _solid(  # type: ignore[no-untyped-def]
    screen, facing, faces, colour, ambient, inside, deep, depth, image
):
    """Fill faces turned to the eye, or if `inside` those turned away, in one lit colour.

    deep: compare with and write to the depth buffer.
    """
    height, width = depth.shape
    for face in range(faces.shape[0]):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        ax, ay, az = screen[a, 0], screen[a, 1], screen[a, 2]
        bx, by, bz = screen[b, 0] - ax, screen[b, 1] - ay, screen[b, 2] - az
        cx, cy, cz = screen[c, 0] - ax, screen[c, 1] - ay, screen[c, 2] - az
        area = bx * cy - cx * by
        if area == 0.0 or (area > 0.0) != inside:
            continue
        scale = 1.0 / area
        left = max(int(np.ceil(ax + min(0.0, bx, cx) - 0.5)), 0)
        right = min(int(np.floor(ax + max(0.0, bx, cx) - 0.5)), width - 1)
        top = max(int(np.ceil(ay + min(0.0, by, cy) - 0.5)), 0)
        bottom = min(int(np.floor(ay + max(0.0, by, cy) - 0.5)), height - 1)
        da, db, dc = facing[a], facing[b] - facing[a], facing[c] - facing[a]
        for y in range(top, bottom + 1):
            py = y + 0.5 - ay
            for x in range(left, right + 1):
                px = x + 0.5 - ax
                v = (px * cy - cx * py) * scale
                w = (bx * py - px * by) * scale
                if v < 0.0 or w < 0.0 or v + w > 1.0:
                    continue
                if deep:
                    z = az + v * bz + w * cz
                    if z >= depth[y, x]:
                        continue
                    depth[y, x] = z
                shade = ambient + (1.0 - ambient) * max(da + v * db + w * dc, 0.0)
                for channel in range(3):
                    image[y, x, channel] = uint8(255.0 * colour[channel] * shade + 0.5)


@njit(void(_IMAGE, _IMAGE, int64), cache=True, nogil=True, error_model="numpy")
def _average(image: Bytes, out: Bytes, size: int) -> None:
    """Every pixel of `out` is the mean of size x size pixels of `image`."""
    count = size * size
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            for channel in range(3):
                total = count // 2
                for i in range(size):
                    for j in range(size):
                        total += image[y * size + i, x * size + j, channel]
                out[y, x, channel] = total // count
            out[y, x, 3] = 255


class _Canvas:
    """A strip of the picture in the making: image and depth of its rows, seen by one camera.

    It is `height` rows from row `top` on of a picture `whole` (width, height) large.
    """

    def __init__(
        self, scene: Scene, whole: tuple[int, int], rows: tuple[int, int], back: solids.Colour
    ) -> None:
        (width, height), (top, count) = whole, rows
        self.whole, self.top = whole, top
        self.depth = np.full((count, width), np.inf, np.float32)
        pixel = np.array([*(round(255 * c) for c in back), 255], np.uint8).view(np.uint32)
        self.image = np.full((count, width), pixel).view(np.uint8).reshape(count, width, 4)
        self.view = camera.view_matrix(scene)
        self.projection = camera.projection_matrix(scene, width / height)
        self.light = self.view[:3, :3].T @ camera.light()

    def screen(self, mesh: Mesh, nearer: float | NDArray[np.float64] = 0.0) -> NDArray[np.float64]:
        place = camera.on_screen(mesh.vertices, self.view, self.projection, *self.whole, nearer)
        place[:, 1] -= self.top
        return place

    def draw(self, solid: solids.Solid, *, deep: bool) -> None:
        mesh = solid.mesh
        screen = self.screen(mesh, solids.depth_gain(solid, self.view))
        facing = mesh.normals @ self.light
        paint = np.array(solid.colour)
        _solid(
            screen, facing, mesh.faces, paint, solid.ambient, solid.inside, deep,
            self.depth, self.image,
        )  # fmt: skip


def render(
    scene: Scene,
    width: int,
    height: int,
    *,
    background: str,
    ink: str,
    lut: Bytes | None = None,
    supersample: int = 2,
    scale: float = 1.0,
    samples: int = _SAMPLES,
) -> Bytes:
    """Draw a scene, all but its texts: (height, width, 4) bytes of red, green, blue and alpha.

    `background` and `ink`, the colour of the floor's lines, are '#RRGGBB'; `lut` (256, 3) is the
    colour map, the scene's own where None. `scale` multiplies the width of lines. Where the texts
    go, camera.project says. Large pictures are drawn in strips of about so many `samples`, which
    bounds the memory taken beside the picture itself.
    """
    size = max(1, supersample)
    whole = width * size, height * size
    back = solids.colour(background)
    normals = surface_normals(scene.x, scene.y, scene.z)
    mesh = surface_mesh(scene.x, scene.y, scene.z)
    band = np.nan_to_num(np.asarray(scene.band, dtype=float)).ravel()
    table = colormap.lut(scene.colormap) if lut is None else lut
    colours = np.ascontiguousarray(table, np.uint8)
    line = solids.LINE_WIDTH / 2 * size * scale
    floor = solids.floor_solids(scene, *whole, size * scale, back, solids.colour(ink))
    tubes = list(solids.path_solids(scene, normals))
    heads = [s for ball in solids.far_to_near(scene) for s in solids.head_solids(scene, ball)]
    rows = max(1, min(height, samples // (whole[0] * size)))
    out = np.empty((height, width, 4), np.uint8)
    for top in range(0, height, rows):
        count = min(rows, height - top)
        canvas = _Canvas(scene, whole, (top * size, count * size), back)
        for solid in floor:
            canvas.draw(solid, deep=True)
        _surface(
            canvas.screen(mesh), band, mesh.normals @ canvas.light, mesh.faces, colours,
            max(scene.bands, 1), solids.SURFACE_AMBIENT, line, canvas.depth, canvas.image,
        )  # fmt: skip
        for solid in tubes:
            canvas.draw(solid, deep=True)
        for solid in heads:
            canvas.draw(solid, deep=False)
        if size == 1 and count == height:
            return canvas.image
        _average(canvas.image, out[top : top + count], size)
    return out


def renderer(background: str, ink: str) -> Callable[..., Bytes]:
    """Settle the colours around the scene; an export may still give its own by name.

    Gives `render`, to be called with a scene, a width and a height; its edges are smoother than
    those of pictures that are drawn while somebody waits.
    """

    def fine(scene: Scene, width: int, height: int, **how: Any) -> Bytes:
        supersample = _FINEST if width * height <= _SMALL else _FINE
        settings = {"background": background, "ink": ink, "supersample": supersample, **how}
        return render(scene, width, height, **settings)

    return fine
