using System.Collections.Concurrent;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Runtime;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>Engines that tests share: starting threads and measuring speeds for each would take most of their time.</summary>
internal static class TestEngine
{
    private static readonly ScreeningCostTable Costs = new(cache: null);
    private static readonly ConcurrentDictionary<EngineOptions, Lazy<EngineContext>> Engines = [];

    public static EngineContext Default => With(new EngineOptions());

    public static EngineContext With(EngineOptions options) =>
        Engines.GetOrAdd(options, key => new Lazy<EngineContext>(() => new EngineContext(key, Costs))).Value;

    public static EngineContext WithThreads(int threads) => With(new EngineOptions { Threads = threads });

    public static ThreadTeam Team(int threads) => WithThreads(threads).Team;

    public static LatentEncoder Encoder(Autoencoder autoencoder, EncoderOptions options, EngineOptions? engine = null) =>
        new(autoencoder, With(engine ?? new EngineOptions()), options, shared: null);
}
