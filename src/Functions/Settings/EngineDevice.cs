namespace AeServerless.Functions.Settings;

/// <summary>What the engine computes on.</summary>
public enum EngineDevice
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>A CUDA device.</summary>
    Cuda,
}
