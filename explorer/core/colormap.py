"""Colour maps for losses: 256 colours each, perceptually even and safe for colour-blind readers.

Viridis (van der Walt and Smith 2015) and cividis (Nunez, Anderton and Renslow 2018) are tables;
grey is computed, evenly spaced in lightness.
"""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .errors import unknown
from .language import tr
from .style import COLORMAPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = COLORMAPS

# 256 rows of three bytes as base-85 text.
_TABLES: dict[str, str] = {
    "viridis": (
        "L;+Mp0#-!?S49O`Mh99(2wX-AT}BIDM-5;{4q-<SV@DBWM-yd86lX{lXh;`nNEm8J8f-`#ZAct$NF8rTA8<$@aY!"
        "L^NF#JeBy~t7c1R|7NGNznDS1aKdPgjJM=g6tE__EXeMT^TMlyazGk-=jfJHTdMK^&(ID$kugG4%mL_35-J%mF(g"
        "+f1tLO_N>L54v>he1S#Kt+f^Mu<O0h(Ab)K1qo_N{K#9iakw=Jx+=|Pl`NHi#t(^J5q}}Q;RxOj5$?|IaZ7~Sd2J"
        "Xj5k`0H(QN1T#YtejWu44HD8T1V2w0kjWc46Gh>Z1WR5arjxlDAF=vi3XpS&xjxcJDFKdo3Y>qB%jxKJFE^m%4aE"
        ">i;jx2GGEOL%4bB-%?jw^MJDt3-4caAD}jwyMLDSD16dyXi4jwpSOCw`76e~u@BjwXSQCW4M8f{rDFjwOVSC54V8"
        "hK?kMjw6VUBZ-b9ij5+RjUtSVB8`n9j*TIYjUkYYA(4zAl8hjdj3ASYAC!zAm5U#iiyxPZADD|DnTj8piXNMa9-N"
        "6Dorxcwi65VcAE1aIp@<)$haaMcAftvLq=q4-g(0SeBBzBSsDvY_gCwehC98rZtb!)3fhVnjD6W7huYW4Ae=M<nE"
        "wX(svwSbKd@;3qGPZg&ws|$Tc{jLtIJtK^x^_Febv?XvKfH55y>ddnaYVmxM!;`K!EQ>yZA`*!PQz<Z#A;H-X;j5"
        "%R>o&o$7Nc`WL(H&Uddu$%3x#5UuDZ)XUtq_&0B2ET5ir*aL-qB&{lQORCm!+deKpQ(olcXPJz=+gw#uh)k%rfNQ"
        ">4+j@Ctx*F%%nL6z7*nAkp>**u-uJD}P*qS`m5+cv1%G^*S(t=urM-7m7;Ew$b&xZWwc-YC7_Ccxh%!rvps;33H1"
        "Aj;t%&EXx;;T+Q98`a_(*y0)5;~CxK7~kU<;^Y|R<QeDW8S3R4?ByHp<s9+l9rWfN_U0h?<{|s%BmL(k"
    ),
    "cividis": (
        "03uERBToP%Q2-@V03}oaCRP9^SO6$l04Q4kDO~_6UjQm$04rhuEMx#IW&kZ{04{0(E^GiVZ2&ND05EU>F>nAeaRD"
        "-M1v7C7GjI$va1S+b5;brXHgFa<a2Pjl8aQtpId2|1Zy-8vAv<m(JZ>aBZYDi$Cq8Z|KW-{NZ7V=+EkSKAL2WNWZ"
        "81Y_GDB@ML~S%hY&At}Hb!hXM{GGrY&uA6J4tLjN^Ct!Y(7hDKTK>uOl(0-Y(h?KLr!c&Pi#d{Y(`ORM^S7@Qfx_"
        "6Y)VsXOH^!3RcuXFY))2ePgiVES8P#OZBkinQ(A3QT5VNZZB<-tR$OgYU2RxiZCPG!T3>EkU~XJtZe3w+USe)uV{"
        "cz$Z(w9^VP$V(Wp86<aAaq2WoU3^XmDm}aA#_9Xlik3YjJ99acgaIY;AIEZgOpJa&B*PZ*X&PadUBUbaHZZa&vTZ"
        "baixeb#--hc6N4mcXoGocX)Vrd3kqwdU$(!czk<!eSCO+e0Y9+cz=F)fPZ*_e|Um`d4qv@go1g6f_a96d545}h=q"
        "8Gg?NgFc#DU4jEH!Rh<J{Pc#n#Bkc)Vci+GZZc#@5Hla6?lj(3%hcb1TMmyvgvl6RSscbb!So0N8(m3Ez#cAl1Yp"
        "O<x@n029<b)uPdqndQ2n{=g|bf%nir=4@Co^z?6bE=?otDthMp>nOFa;~FsucUFXrE#&PaI>axw5M;isBgBZZ?~y"
        "#xT<cst8KchZM&^)ysm7$u57-qYrn8-z_Dt<vTDM!X~VN=#I$I|wP?n+XUDf^$hc<7xn;|_Wz4!{&AVgHykpP3V$"
        "i-~(Z6BRz+ltBU(~^0)xuuZ!(G?JT-n83+QwVk$6DOTS>4E3-pN?s%2(jaR^iN5;>}d#&Qs;jQs&T6=h0B;(ogBr"
        "PU_Q4>(oo_)k^NxN$=N4@YqK2*+uf&MDyE1_1r=B-9Pu<KKS1}`QSSH;W+%_HvQu?{^T_N<u(51HvZ^1"
    ),
}
# CIE lightness of the darkest and the lightest grey; both leave room for black and white lines.
_GREY = (15.0, 95.0)


@cache
def lut(name: str) -> NDArray[np.uint8]:
    """The colours of a map, dark to light (256, 3), read-only; InputError for unknown names."""
    if name not in NAMES:
        raise unknown(tr("colour map"), name, NAMES)
    table: NDArray[np.uint8] = _grey() if name == "grey" else _table(name)
    table.flags.writeable = False
    return table


def colours(name: str, bands: int) -> NDArray[np.uint8]:
    """The colour of each of `bands` + 1 contour bands, evenly spread over the map (bands + 1, 3).

    Band b is at b / bands along the map.
    """
    place = np.arange(bands + 1) / max(bands, 1)
    picked: NDArray[np.uint8] = lut(name)[np.rint(place * 255).astype(int)]
    return picked


def _table(name: str) -> NDArray[np.uint8]:
    return np.frombuffer(base64.b85decode(_TABLES[name]), dtype=np.uint8).reshape(256, 3)


def _grey() -> NDArray[np.uint8]:
    """Greys of evenly rising CIE 1976 lightness, through luminance to sRGB (IEC 61966-2-1)."""
    lightness = np.linspace(*_GREY, 256)
    luminance = ((lightness + 16) / 116) ** 3
    value = np.where(
        luminance <= 0.0031308,
        12.92 * luminance,
        1.055 * luminance ** (1 / 2.4) - 0.055,
    )
    return np.repeat(np.rint(value * 255).astype(np.uint8)[:, None], 3, axis=1)
