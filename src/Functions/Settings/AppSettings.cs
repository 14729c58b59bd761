using AeServerless.Engine.Runtime;

namespace AeServerless.Functions.Settings;

/// <summary>The settings of the function app: options that <see cref="SettingsReader"/> fills and validates.</summary>
public sealed class AppSettings
{
    /// <summary>How blob storage is reached.</summary>
    public StorageSettings Storage { get; set; } = new();

    /// <summary>Names of the containers.</summary>
    public ContainerSettings Containers { get; set; } = new();

    /// <summary>When the nightly run starts: six NCrontab fields. Has no default.</summary>
    public string NightlySchedule { get; set; } = "";

    /// <summary>What the engine computes on. The default is the processor.</summary>
    public EngineDevice EngineDevice { get; set; } = EngineDevice.Cpu;

    /// <summary>Threads of the engine; 0, the default, is one a core.</summary>
    public int EngineThreads { get; set; }

    /// <summary>Tokens of a chunk where the recipe does not say. The default is 65,536.</summary>
    public int ChunkTokens { get; set; } = 65_536;

    /// <summary>Chunks of one run that are handed out at a time. The default is 16.</summary>
    public int ChunksInFlight { get; set; } = 16;

    /// <summary>
    /// Memory for autoencoders and model weights kept between chunks, in MiB; what is in use is never dropped. The default is 2,048.
    /// </summary>
    public int WeightsCacheMegabytes { get; set; } = 2_048;

    /// <summary>
    /// Disk for files of models that are run over datasets of tokens, in MiB; what was used longest ago goes first. The default is 16,384.
    /// </summary>
    public int ModelCacheMegabytes { get; set; } = 16_384;

    /// <summary>
    /// Days after which a run that a newer one of the same dataset and recipe has replaced is no longer kept; 0, the default, keeps every
    /// run.
    /// </summary>
    public int RetentionDays { get; set; }

    /// <summary>Whether the nightly run also removes what no kept run needs. The default is no.</summary>
    public NightlyCleanup NightlyCleanup { get; set; } = NightlyCleanup.Off;

    /// <summary>
    /// What is wrong with the configuration that these were read from, one sentence each: settings that could not be used have their
    /// defaults.
    /// </summary>
    internal List<string> Problems { get; } = [];
}
