"""Trainings that are watched: what is recorded is what happened, and watching changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.core.tracefile import Follower, read_trace

ADAM = Path(__file__).parent / "data" / "rosenbrock_adam.lle-trace"


def test_what_was_recorded_of_torch_is_our_run() -> None:
    found = read_trace(ADAM)
    run = explorer.run("rosenbrock", "adam", start=(-1.2, 1), steps=200, lr=0.05)
    path = found.recorded()
    np.testing.assert_allclose(path.points, run.points, rtol=0, atol=1e-10)
    np.testing.assert_allclose(path.losses[:-1], run.loss[:-1], rtol=0, atol=1e-10)
    assert np.isnan(path.losses[-1])  # nobody asked for the loss after the last step
    records = found.records
    np.testing.assert_allclose(records.gradient_norm[:-1], run.gradient_norm[:-1], rtol=1e-10)
    assert (records.rates[:-1] == 0.05).all()
    assert records.steps.tolist() == list(range(201))
    assert records.ended
    assert found.notes == ("the parameters of every step are recorded",)


def descend(path: Path, start: Any, steps: int = 40, **how: Any) -> list[Any]:
    """Plain gradient descent on a bowl, watched; the points."""
    x, points = np.array(start, dtype=float), []
    with explorer.watch(x, path, **how) as run:
        for step in range(steps):
            points.append(x.copy())
            run.step(x, (x**2).sum(), lr=0.1 / (step + 1), gradient=2 * x)
            x -= 0.1 * 2 * x
        points.append(x.copy())
        run.step(x)
    return points


def test_every_step_of_a_few_parameters_is_there(tmp_path: Path) -> None:
    path = tmp_path / "run.lle-trace"
    points = np.array(descend(path, [3.0, -4.0]))
    found = read_trace(path)
    np.testing.assert_array_equal(found.points, points)
    np.testing.assert_array_equal(found.records.loss[:-1], (points[:-1] ** 2).sum(axis=1))
    np.testing.assert_allclose(
        found.records.gradient_norm[:-1], 2 * np.linalg.norm(points[:-1], axis=1)
    )
    np.testing.assert_array_equal(found.records.rates[:-1, 0], 0.1 / np.arange(1, 41))
    assert np.isnan(found.records.loss[-1])
    assert found.header.tensors == (("x", (2,)),)


def test_of_many_parameters_the_steps_that_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "run.lle-trace"
    start = np.random.default_rng(0).normal(size=100)
    points = descend(path, start, budget=800 * 20)
    found = read_trace(path)
    # twenty places: two parts of ten for the first steps, and fewer after
    assert found.header.first == 2
    assert found.steps.tolist() == [0, 1, 2, 4, 8, 16, 32, 40]
    np.testing.assert_array_equal(found.points, np.array(points)[found.steps.astype(int)])
    assert len(found.records.steps) == 41
    path = tmp_path / "even.lle-trace"
    points = descend(path, start, budget=800 * 3, every=7)
    found = read_trace(path)
    assert found.steps.tolist() == [0, 7, 14, 40]
    np.testing.assert_array_equal(found.points[-1], points[-1])
    assert found.notes == (
        "all parameters are recorded at every 7th step, at most 3 times, and at the last",
        "from step 21 on no more parameters are recorded but the last: there is room for 3",
    )


def test_on_a_plane_every_step_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "run.lle-trace"
    start, along = np.ones(100), np.random.default_rng(0).normal(size=(2, 100))
    points = np.array(descend(path, start, directions=(along[0], along[1]), origin=start * 2))
    found = read_trace(path)
    expected = np.linalg.lstsq(along.T, (points - 2).T, rcond=None)[0].T
    np.testing.assert_allclose(found.recorded().points, expected, atol=1e-13)
    np.testing.assert_array_equal(found.records.plane, [start * 2, *along])


def test_an_error_is_recorded_and_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "run.lle-trace"
    run = explorer.watch(np.ones(2), path)

    def failing() -> None:
        with run:
            run.step(np.ones(2), 1.0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    found = read_trace(path)
    assert found.notes[1:] == ("the training was ended by ZeroDivisionError",)
    assert found.records.ended
    run.close()  # again
    with pytest.raises(explorer.InputError, match="it is closed"):
        run.step(np.ones(2))


class Transformation:
    """What an optax optimizer looks like."""

    init = update = None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p: explorer.watch(Transformation(), p), "optax optimizer has no parameters"),
        (lambda p: explorer.watch("adam", p), "str holds no parameters"),
        (lambda p: explorer.watch(np.ones(3), p, np.ones(3)), "params go with a torch optimizer"),
        (lambda p: explorer.watch(np.ones(100), p, budget=1500), "all parameters take 800 bytes"),
        (lambda p: explorer.watch(np.ones(3), p, every=-1), "every=-1"),
        (lambda p: explorer.watch(np.ones(3), p, origin=np.ones(3)), "goes with directions"),
        (lambda p: explorer.watch(np.ones(3), p, directions=np.ones(2)), "a row of 3 numbers"),
        (lambda p: explorer.watch(np.ones(2), p, directions=(np.ones(2),) * 2), "not along one"),
        (lambda p: explorer.watch(np.ones(3), p.parent), "it is a folder"),
        (lambda p: explorer.watch(np.ones(3), p).step(np.ones(2)), "params: must be of the str"),
        (lambda p: explorer.watch(np.ones(3), p).step(np.ones(3), [1, 2]), "the loss gave 2"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_line(tmp_path: Path, call: Any, words: str) -> None:
    with pytest.raises(explorer.InputError) as error:
        call(tmp_path / "run.lle-trace")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


# -- with the libraries themselves, where they are


def network() -> Any:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    layers = torch.nn.Linear(3, 20), torch.nn.Tanh(), torch.nn.Linear(20, 1)
    return torch, torch.nn.Sequential(*layers), torch.randn(32, 3)


def states(optimizer: Any) -> list[Any]:
    return [dict(optimizer._optimizer_step_pre_hooks), dict(optimizer._optimizer_step_post_hooks)]


def test_a_torch_optimizer_tells_of_its_steps_and_is_left_as_it_was(tmp_path: Path) -> None:
    torch, model, x = network()
    twin = network()[1]
    path = tmp_path / "run.lle-trace"
    groups = [{"params": model[0].parameters()}, {"params": model[2].parameters(), "lr": 0.5}]
    twins = [{"params": twin[0].parameters()}, {"params": twin[2].parameters(), "lr": 0.5}]
    optimizer, other = torch.optim.SGD(groups, lr=0.1), torch.optim.SGD(twins, lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5)
    schedule_too = torch.optim.lr_scheduler.StepLR(other, 2, gamma=0.5)
    before = states(optimizer)
    follower, seen, expected = Follower(path), 0, []
    with explorer.watch(optimizer, path, model) as run:
        for step in range(6):
            for m, o, s in ((twin, other, schedule_too), (model, optimizer, schedule)):
                o.zero_grad()
                loss = m(x).square().mean()
                loss.backward()
                if m is model:
                    run.loss = loss
                    row = torch.nn.utils.parameters_to_vector(m.parameters()).detach().numpy()
                    grads = [p.grad.numpy().ravel() for p in m.parameters()]
                    norm = np.linalg.norm(np.concatenate(grads))
                    rates = [g["lr"] for g in o.param_groups]
                    expected.append((loss.item(), norm, *rates, row.copy()))
                o.step()
                s.step()
            news = follower.poll()
            assert news.records is not None
            seen += len(news.records.steps)
            assert seen == step + 1
    assert states(optimizer) == before
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(p, q)
    found = read_trace(path)
    assert [name for name, _ in found.header.tensors] == [n for n, _ in model.named_parameters()]
    for k, (loss, norm, first, second, row) in enumerate(expected):
        assert found.records.loss[k] == loss
        assert found.records.gradient_norm[k] == pytest.approx(norm, rel=1e-6)
        assert found.records.rates[k].tolist() == [first, second]
        np.testing.assert_array_equal(found.records.vectors[k], row)
    last = torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy()
    np.testing.assert_array_equal(found.records.vectors[6], last)
    assert found.records.steps.tolist() == list(range(7))
    made = explorer.slice(lambda: model(x).square().mean(), model, trace=path, resolution=3)
    assert made.path.shape == (7, 2)


def test_a_closure_tells_its_first_loss(tmp_path: Path) -> None:
    torch, model, x = network()
    path = tmp_path / "run.lle-trace"
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=3)
    losses: list[list[float]] = []

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (model(x) - 1).square().mean()
        loss.backward()
        losses[-1].append(loss.item())
        return loss

    with explorer.watch(optimizer, path):
        for given in ((closure,), ()):
            losses.append([])
            optimizer.step(*given) if given else optimizer.step(closure=closure)
    found = read_trace(path)
    assert len(losses[0]) > 1
    assert found.records.loss[:2].tolist() == [each[0] for each in losses]
    assert (found.records.gradient_norm[:2] > 0).all()
    assert [name for name, _ in found.header.tensors] == ["0.0", "0.1", "0.2", "0.3"]


def test_what_is_not_told_is_missing_and_said(tmp_path: Path) -> None:
    torch, model, x = network()
    path = tmp_path / "run.lle-trace"
    optimizer = torch.optim.Adam(model.parameters())

    def failing(*given: Any) -> Any:
        raise RuntimeError

    with explorer.watch(optimizer, path):
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()
        hook = model[0].weight.register_hook(failing)
        with pytest.raises(RuntimeError):
            optimizer.step(lambda: model(x).square().mean().backward())
        hook.remove()
        optimizer.add_param_group({"params": [torch.ones(2, requires_grad=True)]})
        optimizer.step()
    found = read_trace(path)
    assert np.isnan(found.records.loss).all()
    assert found.records.steps.tolist() == [0, 1, 2]  # the one that raised does not count
    assert found.steps.tolist() == [0, 1, 2]
    assert found.notes[1:] == (
        "no loss was told at step 0: it is missing",
        "parameters were added at step 1: they are not recorded",
    )


def test_a_jax_tree_is_recorded_as_it_is_told(tmp_path: Path) -> None:
    jax = pytest.importorskip("jax")
    optax = pytest.importorskip("optax")
    path = tmp_path / "run.lle-trace"
    params = {"w": jax.numpy.ones((9, 9)), "b": jax.numpy.zeros(9)}
    adam = optax.adam(0.1)
    state, rows = adam.init(params), []
    value = jax.value_and_grad(lambda p: ((p["w"].sum(axis=0) + p["b"]) ** 2).mean())
    with explorer.watch(params, path, every=4) as run:
        for _ in range(10):
            loss, gradient = value(params)
            rows.append((float(loss), np.asarray(params["w"])))
            run.step(params, loss, lr=0.1, gradient=gradient)
            change, state = adam.update(gradient, state)
            params = optax.apply_updates(params, change)
    found = read_trace(path)
    assert found.header.tensors == (("b", (9,)), ("w", (9, 9)))
    assert found.steps.tolist() == [0, 4, 8, 9]
    for k, step in enumerate(found.steps.tolist()):
        np.testing.assert_array_equal(found.points[k, 9:].reshape(9, 9), rows[step][1])
        assert found.losses[k] == rows[step][0]
