# A leaf that is changed between its use and backward: refused if its value is needed, unless it went through .data
import torch


def attempt(name, use, change):
    w = torch.tensor([2.0, 4.0], requires_grad=True)
    x = torch.tensor([3.0, 1.0])
    loss = use(w, x).sum()
    change(w, x)
    try:
        loss.backward()
        print(name, w, w.grad)
    except RuntimeError as error:
        print(name, str(error)[:90])


def in_no_grad(w, x):
    with torch.no_grad():
        w -= 0.1 * w


def by_data(w, x):
    w.data -= 0.1 * w.data


def new_data(w, x):
    w.data = w.data * 0.9


def by_detach(w, x):
    w.detach().mul_(0.9)


def by_numpy(w, x):
    w.detach().numpy()[0] = 7.0


def of_a_view(w, x):
    with torch.no_grad():
        w.view(2, 1)[1] = 3.0


def an_input(w, x):
    x += 1.0


def by_optimizer(w, x):
    w.grad = torch.ones(2)
    torch.optim.SGD([w], lr=0.5).step()
    w.grad = None


uses = {
    "w * x": lambda w, x: w * x,
    "w * w": lambda w, x: w * w,
    "w + x": lambda w, x: w + x,
    "exp(w)": lambda w, x: w.exp(),
    "w ** 2": lambda w, x: w**2,
    "w / x": lambda w, x: w / x,
    "sin(w)": lambda w, x: torch.sin(w),
    "a result": lambda w, x: w * x + 1,
    "linear": lambda w, x: torch.nn.functional.linear(x, w.view(1, 2), w.sum().view(1)),
}
for name, use in uses.items():
    print(name)
    for change in (in_no_grad, by_data, new_data, by_detach, by_numpy, of_a_view, an_input, by_optimizer):
        attempt(change.__name__, use, change)

w = torch.tensor([2.0, 4.0], requires_grad=True)
hidden = w * 3
total = (hidden + 1).sum()
with torch.no_grad():
    hidden += 5
total.backward()
print(hidden, w.grad)
hidden = w.exp()
total = (hidden + 1).sum()
hidden.data += 5
total.backward()
print(hidden, w.grad)
