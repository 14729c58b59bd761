namespace AeServerless.Engine.Runtime;

/// <summary>What latents are encoded on.</summary>
public sealed record EngineDevice
{
    /// <param name="torchName">The device as torch calls it. Any name but <c>cpu</c> takes the path of a GPU, also <c>cpu:0</c>.</param>
    internal EngineDevice(string torchName) => TorchName = torchName;

    /// <summary>The processor: each thread computes tiles of its own.</summary>
    public static EngineDevice Cpu { get; } = new("cpu");

    /// <summary>A CUDA device: one tile at a time, parallel within.</summary>
    public static EngineDevice Cuda { get; } = new("cuda");

    /// <summary>The device as torch calls it.</summary>
    public string TorchName { get; }

    /// <inheritdoc />
    public override string ToString() => TorchName;
}
