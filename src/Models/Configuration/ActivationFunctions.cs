using System.Collections.Frozen;
using AeServerless.Engine;

namespace AeServerless.Models.Configuration;

/// <summary>The names that configurations give to activation functions.</summary>
internal static class ActivationFunctions
{
    private static readonly FrozenDictionary<string, ActivationFunction> ByName = new Dictionary<string, ActivationFunction>
    {
        ["gelu"] = ActivationFunction.Gelu,
        ["gelu_python"] = ActivationFunction.Gelu,
        ["gelu_new"] = ActivationFunction.GeluTanh,
        ["gelu_pytorch_tanh"] = ActivationFunction.GeluTanh,
        ["gelu_fast"] = ActivationFunction.GeluTanh,
        ["silu"] = ActivationFunction.Silu,
        ["swish"] = ActivationFunction.Silu,
        ["relu"] = ActivationFunction.Relu,
    }.ToFrozenDictionary();

    /// <summary>Reads a field that names one.</summary>
    /// <exception cref="InvalidInputException">The name is unknown.</exception>
    public static ActivationFunction Read(ConfigReader config, string key, string fallback)
    {
        var name = config.Text(key, fallback);
        return ByName.TryGetValue(name, out var function)
            ? function
            : throw config.Fault(
                key, $"is '{ConfigReader.Clip(name)}'; known are {string.Join(", ", ByName.Keys.Order(StringComparer.Ordinal))}");
    }
}
