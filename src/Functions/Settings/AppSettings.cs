namespace AeServerless.Functions.Settings;

/// <summary>The settings of the function app, all checked: what <see cref="SettingsReader"/> makes of the configuration.</summary>
public sealed record AppSettings
{
    /// <summary>The default of <see cref="ChunkTokens"/>.</summary>
    public const int DefaultChunkTokens = 65_536;

    /// <summary>The default of <see cref="ChunksInFlight"/>.</summary>
    public const int DefaultChunksInFlight = 16;

    /// <summary>The default of <see cref="WeightsCacheMegabytes"/>.</summary>
    public const int DefaultWeightsCacheMegabytes = 2_048;

    /// <summary>How blob storage is reached.</summary>
    public required StorageSettings Storage { get; init; }

    /// <summary>Names of the containers.</summary>
    public ContainerSettings Containers { get; init; } = new();

    /// <summary>When the nightly run starts: six NCrontab fields.</summary>
    public required string NightlySchedule { get; init; }

    /// <summary>What the engine computes on. The default is the processor.</summary>
    public EngineDevice EngineDevice { get; init; } = EngineDevice.Cpu;

    /// <summary>Threads of the engine; 0, the default, is one a core.</summary>
    public int EngineThreads { get; init; }

    /// <summary>Tokens of a chunk where the recipe does not say. The default is 65,536.</summary>
    public int ChunkTokens { get; init; } = DefaultChunkTokens;

    /// <summary>Chunks of one run that are handed out at a time. The default is 16.</summary>
    public int ChunksInFlight { get; init; } = DefaultChunksInFlight;

    /// <summary>Memory for autoencoders and model weights kept between chunks, in MiB; what is in use is never dropped. The default is 2,048.</summary>
    public int WeightsCacheMegabytes { get; init; } = DefaultWeightsCacheMegabytes;

    /// <summary>Days after which a run that a newer one of the same dataset and recipe has replaced is no longer kept; 0, the default, keeps every run.</summary>
    public int RetentionDays { get; init; }

    /// <summary>Whether the nightly run also removes what no kept run needs. The default is no.</summary>
    public NightlyCleanup NightlyCleanup { get; init; } = NightlyCleanup.Off;
}
