"""The table of `torch.nn`: layers, containers and losses by name."""

from typing import Final

from engine.language.machine import Machine
from engine.language.values import Class, ClassMethod, Native, Value
from engine.library.containers import (
    DICTIONARY,
    LISTS,
    list_repr,
    module_dict,
    module_list,
    parameter_list,
    parameters_repr,
    sequential,
    sequential_forward,
)
from engine.library.exchange import function
from engine.library.layer import functional, layer
from engine.library.losses import LOSSES
from engine.library.modules import MODULE, parameter
from engine.library.normalization import (
    batch_norm,
    batch_norm_extra,
    batch_norm_forward,
    group_norm,
    group_norm_forward,
    layer_norm,
    layer_norm_forward,
)
from engine.library.recurrent import RECURRENT
from engine.library.transformer import transformers
from engine.library.unweighted import (
    adaptive,
    adaptive_forward,
    dropout,
    dropout_forward,
    flatten,
    made_of,
    pool,
    softmax,
    unflatten,
    unflatten_forward,
    zero_pad,
    zero_pad_forward,
)
from engine.library.upsampling import (
    transposed,
    transposed_forward,
    upsample,
    upsample_extra,
    upsample_forward,
    upsampling,
)
from engine.library.weighted import (
    convolution,
    convolution_extra,
    convolution_forward,
    embedding,
    embedding_extra,
    embedding_forward,
    from_pretrained,
    linear,
    linear_forward,
    prelu,
    prelu_forward,
)
from engine.tensor import Tensor, constant

_LEAKY: Final = (("negative_slope", 0.01),)
LAYERS: Final[dict[str, Value]] = {
    "Module": MODULE,
    "Linear": layer(
        "Linear",
        linear,
        linear_forward,
        lambda held: (
            f"in_features={held['in_features']}, out_features={held['out_features']}, bias={held['bias'] is not None}"
        ),
    ),
    "Conv1d": layer("Conv1d", convolution(1), convolution_forward(1), convolution_extra),
    "Conv2d": layer("Conv2d", convolution(2), convolution_forward(2), convolution_extra),
    "ConvTranspose2d": layer("ConvTranspose2d", transposed, transposed_forward, convolution_extra),
    "Upsample": layer("Upsample", upsample, upsample_forward, upsample_extra),
    "UpsamplingNearest2d": layer("UpsamplingNearest2d", upsampling("nearest", None), upsample_forward, upsample_extra),
    "UpsamplingBilinear2d": layer(
        "UpsamplingBilinear2d", upsampling("bilinear", True), upsample_forward, upsample_extra
    ),
    "Embedding": layer(
        "Embedding",
        embedding,
        embedding_forward,
        embedding_extra,
    ),
    "LayerNorm": layer(
        "LayerNorm",
        layer_norm,
        layer_norm_forward,
        lambda held: (
            f"{held['normalized_shape']}, eps={held['eps']}, elementwise_affine={held['elementwise_affine']}, bias=True"
        ),
    ),
    "BatchNorm1d": layer("BatchNorm1d", batch_norm, batch_norm_forward, batch_norm_extra),
    "BatchNorm2d": layer("BatchNorm2d", batch_norm, batch_norm_forward, batch_norm_extra),
    "Dropout": layer("Dropout", dropout, dropout_forward, lambda held: f"p={held['p']}, inplace={held['inplace']}"),
    "Flatten": layer(
        "Flatten",
        flatten,
        lambda machine, self, input: function("flatten")(
            input, self.attributes["start_dim"], self.attributes["end_dim"]
        ),
        lambda held: f"start_dim={held['start_dim']}, end_dim={held['end_dim']}",
    ),
    "Identity": layer("Identity", lambda machine, self: None, lambda machine, self, input: input),
    "Sequential": layer("Sequential", sequential, sequential_forward, **LISTS),
    "ModuleList": layer("ModuleList", module_list, **LISTS, __repr__=list_repr),
    "ModuleDict": layer("ModuleDict", module_dict, **DICTIONARY),
    "ParameterList": layer("ParameterList", parameter_list, **LISTS, __repr__=parameters_repr),
    **RECURRENT,
    **{
        name: functional(op, own=name)
        for name, op in (
            ("ReLU6", "relu6"),
            ("SELU", "selu"),
            ("Softsign", "softsign"),
            ("Mish", "mish"),
            ("Hardswish", "hardswish"),
            ("LogSigmoid", "logsigmoid"),
            ("Hardsigmoid", "hardsigmoid"),
        )
    },
    "CELU": made_of("celu", "CELU", (("alpha", 1.0),), "alpha={alpha}"),
    "Tanhshrink": made_of("tanhshrink", "Tanhshrink"),
    "Threshold": made_of(
        "threshold", "Threshold", (("threshold", ...), ("value", ...)), "threshold={threshold}, value={value}"
    ),
    "ZeroPad2d": layer("ZeroPad2d", zero_pad, zero_pad_forward, lambda held: f"{held['padding']}"),
    "GroupNorm": layer(
        "GroupNorm",
        group_norm,
        group_norm_forward,
        lambda held: (
            f"{held['num_groups']}, {held['num_channels']}, eps={held['eps']}, affine={held['affine']}, bias=True"
        ),
    ),
    "PReLU": layer("PReLU", prelu, prelu_forward, lambda held: f"num_parameters={held['num_parameters']}"),
    "ReLU": functional("relu", own="ReLU"),
    "Sigmoid": functional("sigmoid", own="Sigmoid"),
    "Tanh": functional("tanh", own="Tanh"),
    "GELU": functional("gelu", (("approximate", "none"),), "approximate='{approximate}'", "GELU"),
    "SiLU": functional("silu", own="SiLU"),
    "ELU": functional("elu", (("alpha", 1.0),), "alpha={alpha}", "ELU"),
    "Softplus": functional(
        "softplus", (("beta", 1.0), ("threshold", 20.0)), "beta={beta}, threshold={threshold}", "Softplus"
    ),
    "LeakyReLU": functional("leaky_relu", _LEAKY, "negative_slope={negative_slope}", "LeakyReLU"),
    "Hardtanh": functional(
        "hardtanh", (("min_val", -1.0), ("max_val", 1.0)), "min_val={min_val}, max_val={max_val}", "Hardtanh"
    ),
    "Softmax": softmax("softmax", "Softmax"),
    "LogSoftmax": softmax("log_softmax", "LogSoftmax"),
    "Softmin": softmax("softmin", "Softmin"),
    "Unflatten": layer(
        "Unflatten",
        unflatten,
        unflatten_forward,
        lambda held: f"dim={held['dim']}, unflattened_size={held['unflattened_size']}",
    ),
    "AdaptiveAvgPool2d": layer(
        "AdaptiveAvgPool2d", adaptive, adaptive_forward, lambda held: f"output_size={held['output_size']}"
    ),
    "MaxPool1d": pool("max_pool1d", "MaxPool1d"),
    "AvgPool1d": pool("avg_pool1d", "AvgPool1d"),
    "MaxPool2d": pool("max_pool2d", "MaxPool2d"),
    "AvgPool2d": pool("avg_pool2d", "AvgPool2d"),
    **LOSSES,
}
LAYERS.update(transformers(LAYERS))
LAYERS["Embedding"].attributes["from_pretrained"] = ClassMethod(Native("from_pretrained", from_pretrained))


def _parameter(machine: Machine, data: Tensor, requires_grad: Value = True) -> Tensor:
    made = constant(data.value)
    return parameter(machine, made, "", bool(requires_grad))


PARAMETER: Final = Class(
    "Parameter",
    (),
    {
        "__new__": Native("Parameter", _parameter),
        "__instancecheck__": Native(
            "isinstance", lambda machine, value: type(value) is Tensor and value in machine.library["parameters"]
        ),
    },
    "torch.nn.parameter",
)
