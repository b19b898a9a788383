"""Paragraphs with planted themes, written for the tests."""

from __future__ import annotations

import numpy as np

CLAUSES = {
    "medical_consortium": ["全县建成紧密型医共体3个", "医共体内药品目录统一", "医共体派驻医师下乡"],
    "tcm": ["新建中医馆12个", "开展中医适宜技术推广", "评选名中医20名"],
    "population_childcare": ["新增托位600个", "发放育儿补贴", "落实奖励扶助政策"],
    "outside": ["粮食总产量再创新高", "硬化道路40公里", "招引企业12家", "新增就业两万人"],
}


def planted(n: int = 160, seed: int = 0) -> tuple[list[str], list[list[str]], list[str]]:
    """Paragraphs whose themes stand in one clause each, among clauses about other things."""
    rng = np.random.default_rng(seed)
    texts, labels, reports = [], [], []
    real = [t for t in CLAUSES if t != "outside"]
    for i in range(n):
        themes = [t for t in real if rng.random() < 0.3]
        parts = [str(rng.choice(CLAUSES[t])) for t in themes]
        parts += [str(c) for c in rng.choice(CLAUSES["outside"], size=3)]
        rng.shuffle(parts)
        texts.append("，".join(parts) + "。")
        labels.append(themes or ["outside"])
        reports.append(f"r{i // 10}")
    return texts, labels, reports
