"""OpenGL items of the surface: the height field, coloured and lit on the card, and solids on it.

Both follow engine/raster.py to the pixel: the same light, colours, iso-lines and depths. OpenGL
objects are kept by share group, for a panel that is floated gets a new context of the same group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shiboken6
from numpy.typing import NDArray
from OpenGL import GL
from pyqtgraph.opengl.GLGraphicsItem import GLGraphicsItem
from PySide6.QtGui import QMatrix4x4, QOpenGLContext, QVector3D
from PySide6.QtOpenGL import QOpenGLBuffer, QOpenGLShaderProgram

from explorer.core import camera, solids

from . import gl_shaders

if TYPE_CHECKING:
    from explorer.core.mesh import Mesh
    from explorer.core.solids import Solid

Bytes = NDArray[np.uint8]


def _group() -> int:
    """Names the share group of the current context."""
    return int(shiboken6.getCppPointer(QOpenGLContext.currentContext().shareGroup())[0])


class _Store:
    """What one share group holds of an item: its program, its buffers and the data's serial."""

    def __init__(self, program: QOpenGLShaderProgram) -> None:
        self.program = program
        self.vertices = QOpenGLBuffer(QOpenGLBuffer.Type.VertexBuffer)
        self.faces = QOpenGLBuffer(QOpenGLBuffer.Type.IndexBuffer)
        self.serial = -1
        self.uniforms = {name: program.uniformLocation(name) for name in gl_shaders.UNIFORMS}
        for buffer in (self.vertices, self.faces):
            buffer.create()
            buffer.setUsagePattern(QOpenGLBuffer.UsagePattern.DynamicDraw)

    def upload(self, vertices: NDArray[np.float32], faces: NDArray[np.uint32]) -> None:
        for buffer, data in ((self.vertices, vertices), (self.faces, faces)):
            buffer.bind()
            # an empty allocation is an error to some drivers
            if data.nbytes:
                buffer.allocate(np.ascontiguousarray(data).tobytes(), data.nbytes)
            buffer.release()

    def destroy(self) -> None:
        self.vertices.destroy()
        self.faces.destroy()


class MeshItem(GLGraphicsItem):
    """Interleaved vertices and triangles on the card; what they look like, subclasses say."""

    sources = ("", "")
    attributes: tuple[tuple[str, int], ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self._stores: dict[int, _Store] = {}
        self._vertices = np.zeros((0, 1), np.float32)
        self._faces = np.zeros((0, 3), np.uint32)
        self._serial = 0

    def _set(self, vertices: NDArray[np.float32], faces: NDArray[np.uint32]) -> None:
        self._vertices, self._faces = vertices, faces
        self._serial += 1

    def _begin(self) -> tuple[QOpenGLShaderProgram, dict[str, int]]:
        """Bind program, buffers and matrices; newer data goes to the card.

        Gives the program and where its uniforms are.
        """
        group = _group()
        if group not in self._stores:
            names = tuple(name for name, _ in self.attributes)
            self._stores[group] = _Store(gl_shaders.program(*self.sources, names))
        store = self._stores[group]
        if store.serial != self._serial:
            store.upload(self._vertices, self._faces)
            store.serial = self._serial
        program, at = store.program, store.uniforms
        program.bind()
        program.setUniformValue(at["u_view"], QMatrix4x4(self.modelViewMatrix()))
        program.setUniformValue(at["u_projection"], QMatrix4x4(self.projectionMatrix()))
        program.setUniformValue(at["u_light"], QVector3D(*camera.light()))
        store.vertices.bind()
        offset, stride = 0, 4 * self._vertices.shape[1]
        for place, (_, size) in enumerate(self.attributes):
            program.enableAttributeArray(place)
            program.setAttributeBuffer(place, GL.GL_FLOAT, offset, size, stride)
            offset += 4 * size
        store.vertices.release()
        store.faces.bind()
        return program, at

    def _end(self) -> None:
        store = self._stores[_group()]
        store.faces.release()
        for place in range(len(self.attributes)):
            store.program.disableAttributeArray(place)
        store.program.release()

    def destroy(self) -> None:
        """Free what the current context's share group holds; the item can be drawn again."""
        store = self._stores.pop(_group(), None)
        if store is not None:
            store.destroy()


class HeightField(MeshItem):
    """The surface: colours from a map, light and iso-lines are made on the card."""

    sources = (gl_shaders.SURFACE_VERTEX, gl_shaders.SURFACE_FRAGMENT)
    attributes = (("a_position", 3), ("a_normal", 3), ("a_band", 1))

    def __init__(self) -> None:
        super().__init__()
        self.setGLOptions({GL.GL_DEPTH_TEST: True, GL.GL_BLEND: False, GL.GL_CULL_FACE: False})
        self._map = np.zeros((256, 3), np.uint8)
        self._textures: dict[int, tuple[int, Bytes]] = {}
        self.bands = 1
        self.line = solids.LINE_WIDTH

    def set_surface(self, mesh: Mesh, band: NDArray[np.float64], bands: int) -> None:
        """Show a mesh whose vertices have these continuous contour bands (n,)."""
        columns = (mesh.vertices, mesh.normals, np.nan_to_num(band).reshape(-1, 1))
        self._set(np.concatenate(columns, axis=1, dtype=np.float32), mesh.faces)
        self.bands = max(bands, 1)

    def set_map(self, lut: Bytes) -> None:
        """Colour by this map (256, 3)."""
        self._map = lut

    def paint(self) -> None:
        """Draw it; `line` is the width of iso-lines in pixels of the screen."""
        if not len(self._faces):
            return
        self.setupGLState()
        program, at = self._begin()
        program.setUniformValue1f(at["u_bands"], float(self.bands))
        program.setUniformValue1f(at["u_line"], self.line / 2)
        program.setUniformValue1f(at["u_ink"], solids.LINE_INK)
        program.setUniformValue1f(at["u_ambient"], solids.SURFACE_AMBIENT)
        program.setUniformValue1i(at["u_map"], 0)
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture())
        GL.glDrawElements(GL.GL_TRIANGLES, self._faces.size, GL.GL_UNSIGNED_INT, None)
        GL.glBindTexture(GL.GL_TEXTURE_2D, 0)
        self._end()

    def _texture(self) -> int:
        name, shown = self._textures.get(_group(), (0, None))
        if shown is self._map:
            return name
        name = name or int(GL.glGenTextures(1))
        GL.glBindTexture(GL.GL_TEXTURE_2D, name)
        for key in (GL.GL_TEXTURE_MIN_FILTER, GL.GL_TEXTURE_MAG_FILTER):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, key, GL.GL_LINEAR)
        for key in (GL.GL_TEXTURE_WRAP_S, GL.GL_TEXTURE_WRAP_T):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, key, GL.GL_CLAMP_TO_EDGE)
        GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 1)
        data = np.ascontiguousarray(self._map)
        GL.glTexImage2D(
            GL.GL_TEXTURE_2D, 0, GL.GL_RGB8, len(data), 1, 0, GL.GL_RGB, GL.GL_UNSIGNED_BYTE, data
        )
        # Qt's text painter relies on the usual value
        GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 4)
        self._textures[_group()] = (name, self._map)
        return name

    def destroy(self) -> None:
        """Free the texture too."""
        super().destroy()
        name, _ = self._textures.pop(_group(), (0, None))
        if name:
            GL.glDeleteTextures([name])


class SolidsItem(MeshItem):
    """Tubes, heads or the floor: solids in the order given, with or without depth."""

    sources = (gl_shaders.SOLID_VERTEX, gl_shaders.SOLID_FRAGMENT)
    attributes = (("a_position", 3), ("a_normal", 3), ("a_ground", 3))

    def __init__(self, *, deep: bool) -> None:
        super().__init__()
        self.setGLOptions({GL.GL_DEPTH_TEST: deep, GL.GL_BLEND: False, GL.GL_CULL_FACE: True})
        self._solids: tuple[Solid, ...] = ()

    def set_solids(self, shown: tuple[Solid, ...]) -> None:
        """Show these and no others."""
        shown = tuple(solid for solid in shown if len(solid.mesh.faces))
        self._solids = shown
        if not shown:
            self._set(np.zeros((0, 9), np.float32), np.zeros((0, 3), np.uint32))
            return
        first = np.cumsum([0, *(len(solid.mesh.vertices) for solid in shown)])
        faces = [
            solid.mesh.faces + np.uint32(start)
            for solid, start in zip(shown, first[:-1], strict=True)
        ]
        vertices = np.zeros((int(first[-1]), 9), np.float32)
        for solid, start, end in zip(shown, first[:-1], first[1:], strict=True):
            vertices[start:end, :3] = solid.mesh.vertices
            vertices[start:end, 3:6] = solid.mesh.normals
            if solid.ground is not None:
                vertices[start:end, 6:] = solid.ground
        self._set(vertices, np.concatenate(faces))

    def paint(self) -> None:
        """Draw them one by one."""
        if not self._solids:
            return
        self.setupGLState()
        program, at = self._begin()
        start = 0
        for solid in self._solids:
            GL.glCullFace(GL.GL_FRONT if solid.inside else GL.GL_BACK)
            program.setUniformValue(at["u_colour"], QVector3D(*solid.colour))
            program.setUniformValue1f(at["u_ambient"], solid.ambient)
            program.setUniformValue1f(at["u_nearer"], solid.nearer)
            program.setUniformValue1f(at["u_grounded"], float(solid.ground is not None))
            count = solid.mesh.faces.size
            GL.glDrawElements(GL.GL_TRIANGLES, count, GL.GL_UNSIGNED_INT, GL.GLvoidp(4 * start))
            start += count
        GL.glCullFace(GL.GL_BACK)
        GL.glDisable(GL.GL_CULL_FACE)
        self._end()
