import torch
import torch.nn as nn

w = torch.tensor([1.0], requires_grad=True)


def attempt(action):
    try:
        action()
    except RuntimeError as error:
        print(error)


def change():
    global w
    w += 1


attempt(change)
attempt(lambda: (w * torch.ones(2)).backward())
attempt(lambda: torch.ones(2, 3) @ torch.ones(2, 3))
attempt(lambda: torch.ones(2) + torch.ones(3))
attempt(lambda: torch.ones(2, 1, 4) * torch.ones(3, 5))
attempt(lambda: torch.ones(2) @ torch.ones(3))
attempt(lambda: torch.ones(2, 3) @ torch.ones(2))
attempt(lambda: nn.Linear(3, 2)(torch.ones(1, 4)))
attempt(lambda: nn.Linear(3, 2)(torch.ones(5, 2, 4)))
attempt(lambda: torch.ones(2, 3).view(4))
attempt(lambda: torch.ones(2, 3).reshape(4, -1))
attempt(lambda: torch.tensor([1, 2], requires_grad=True))
attempt(lambda: w.numpy())
