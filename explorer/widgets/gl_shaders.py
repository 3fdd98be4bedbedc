"""The shading programs of the surface and of what lies on it, for OpenGL 3.1 and OpenGL ES 3.0.

Light, colours, iso-lines and depths are those of engine/raster.py.
"""

from __future__ import annotations

from PySide6.QtGui import QOpenGLContext
from PySide6.QtOpenGL import QOpenGLShader, QOpenGLShaderProgram

SURFACE_VERTEX = """
uniform mat4 u_view; uniform mat4 u_projection; uniform vec3 u_light;
in vec3 a_position; in vec3 a_normal; in float a_band;
out float v_band; out float v_facing;
void main() {
  v_band = a_band;
  v_facing = dot(mat3(u_view) * a_normal, u_light);
  gl_Position = u_projection * (u_view * vec4(a_position, 1.0));
}
"""
SURFACE_FRAGMENT = """
uniform sampler2D u_map; uniform float u_bands; uniform float u_line; uniform float u_ambient;
uniform float u_ink;
in float v_band; in float v_facing; out vec4 o_colour;
void main() {
  float place = clamp((v_band - 0.5) / u_bands, 0.0, 1.0);
  vec3 colour = texture(u_map, vec2((place * 255.0 + 0.5) / 256.0, 0.5)).rgb;
  float facing = gl_FrontFacing ? v_facing : -v_facing;
  float shade = u_ambient + (1.0 - u_ambient) * max(facing, 0.0);
  float slope = fwidth(v_band);
  float nearest = floor(v_band + 0.5);
  if (slope > 1e-6 && nearest > 0.5 && nearest < u_bands + 0.5) {
    float ink = u_ink * clamp(2.0 - 4.0 * u_line * slope, 0.0, 1.0);
    float away = abs(v_band - nearest) / slope - u_line;
    shade *= 1.0 - ink * clamp(0.5 - away, 0.0, 1.0);
  }
  o_colour = vec4(colour * shade, 1.0);
}
"""
SOLID_VERTEX = """
uniform mat4 u_view; uniform mat4 u_projection; uniform vec3 u_light;
uniform float u_nearer; uniform float u_grounded;
in vec3 a_position; in vec3 a_normal; in vec3 a_ground;
out float v_facing;
void main() {
  vec4 eye = u_view * vec4(a_position, 1.0);
  v_facing = dot(mat3(u_view) * a_normal, u_light);
  float open = clamp(-dot(mat3(u_view) * a_ground, eye.xyz), 0.0, 1.0);
  float moved = eye.z + u_nearer * mix(1.0, open, u_grounded);
  gl_Position = u_projection * eye;
  gl_Position.z = -(u_projection[2][2] * moved + u_projection[3][2]) / moved * gl_Position.w;
}
"""
SOLID_FRAGMENT = """
uniform vec3 u_colour; uniform float u_ambient;
in float v_facing; out vec4 o_colour;
void main() {
  float shade = u_ambient + (1.0 - u_ambient) * max(v_facing, 0.0);
  o_colour = vec4(u_colour * shade, 1.0);
}
"""

# The names of both programs; one that a program lacks is nowhere, which OpenGL ignores.
UNIFORMS = (
    *("u_view", "u_projection", "u_light", "u_ambient"),
    *("u_map", "u_bands", "u_line", "u_ink"),
    *("u_colour", "u_nearer", "u_grounded"),
)


def _header() -> str:
    if QOpenGLContext.currentContext().isOpenGLES():
        return "#version 300 es\nprecision highp float;\n"
    return "#version 140\n"


def program(vertex: str, fragment: str, attributes: tuple[str, ...]) -> QOpenGLShaderProgram:
    """Compile and link for the current context; RuntimeError where the driver refuses."""
    made = QOpenGLShaderProgram()
    kinds = QOpenGLShader.ShaderTypeBit
    good = made.addShaderFromSourceCode(kinds.Vertex, _header() + vertex)
    good = good and made.addShaderFromSourceCode(kinds.Fragment, _header() + fragment)
    for place, name in enumerate(attributes):
        made.bindAttributeLocation(name, place)
    if not (good and made.link()):
        raise RuntimeError(f"the shaders of the surface were refused: {made.log()}")
    return made
