"""On how few suppliers a firm or a market depends: Herfindahl-Hirschman indices and substitutability. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .trade import Floats, Ints, Trade


@dataclass(frozen=True, slots=True)
class Purchases:
    """One row for each (buyer, sector of its suppliers) with purchases. hhi in (0, 1]; 1: a single source."""

    buyer: Ints
    sector: Ints
    suppliers: Ints
    hhi: Floats


@dataclass(frozen=True, slots=True)
class Markets:
    """hhi of each market, NaN where nobody sells; substitutability (可替代性) of each firm: 1 - its share of its market."""

    hhi: Floats
    substitutability: Floats


def checked_sectors(sector: ArrayLike, firms: int) -> Ints:
    """Sectors as numbers from 0. Raises ValueError naming a wrong row."""
    told = np.asarray(sector, dtype=np.int64)
    if told.shape != (firms,):
        raise ValueError(f"{firms} firms need as many sectors, not {told.size}")
    if wrong := np.flatnonzero(told < 0).tolist():
        raise ValueError(f"row {wrong[0]}: {told[wrong[0]]} is no sector")
    return told


def purchases(goods: Trade, sector: ArrayLike) -> Purchases:
    """HHI (集中度) of what each buyer takes from each sector: sum_i (W[i,j] / sum_{i in k} W[i,j])^2. No unit."""
    of_firm = checked_sectors(sector, len(goods))
    links = goods.amounts.tocoo()
    width = int(of_firm.max(initial=0)) + 1
    keys, place = np.unique(links.col.astype(np.int64) * width + of_firm[links.row], return_inverse=True)
    whole = np.bincount(place, weights=links.data, minlength=len(keys))
    hhi: Floats = np.asarray(np.bincount(place, weights=(links.data / whole[place]) ** 2, minlength=len(keys)), dtype=np.float64)
    return Purchases(keys // width, keys % width, np.bincount(place, minlength=len(keys)).astype(np.int64), hhi)


def markets(goods: Trade, market: ArrayLike) -> Markets:
    """HHI of each market g, sum_i (sold_i / sum_g sold)^2, and 1 - sold_i / sum_g sold of each firm. No unit."""
    of_firm = checked_sectors(market, len(goods))
    count = int(of_firm.max(initial=-1)) + 1
    whole = np.bincount(of_firm, weights=goods.sold, minlength=count)
    share = np.full(len(goods), np.nan)
    np.divide(goods.sold, whole[of_firm], out=share, where=whole[of_firm] > 0)
    hhi = np.bincount(of_firm, weights=np.nan_to_num(share) ** 2, minlength=count)
    return Markets(np.where(whole > 0, hhi, np.nan), 1 - share)


def effective_number(hhi: Floats) -> Floats:
    """1 / HHI: as many equal suppliers would be as concentrated."""
    answer: NDArray[np.float64] = 1 / hhi
    return answer
