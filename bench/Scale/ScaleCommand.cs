using System.CommandLine;
using System.Globalization;

namespace AeServerless.Bench.Scale;

/// <summary><c>bench scale</c>: time and cost of large datasets on many GPUs, and what binds.</summary>
public static class ScaleCommand
{
    private static readonly Option<double> TokensPerSecond = new("--tokens-per-second")
    {
        Description = "of one worker, as ./ae run reports it",
        DefaultValueFactory = _ => new ScaleInputs().TokensPerSecond,
    };
    private static readonly Option<double> Overhead = new("--chunk-overhead")
    {
        Description = "seconds that a chunk costs beside its tokens",
        DefaultValueFactory = _ => new ScaleInputs().ChunkOverheadSeconds,
    };
    private static readonly Option<double> BytesPerToken = new("--bytes-per-token")
    {
        Description = "activations read for a token",
        DefaultValueFactory = _ => new ScaleInputs().BytesPerToken,
    };
    private static readonly Option<int> ChunkTokens =
        new("--chunk-tokens") { Description = "tokens of a chunk", DefaultValueFactory = _ => new ScaleInputs().ChunkTokens };
    private static readonly Option<double> ColdStart = new("--cold-start")
    {
        Description = "seconds until a GPU replica works; about 45 with artifact streaming",
        DefaultValueFactory = _ => new ScaleInputs().ColdStartSeconds,
    };
    private static readonly Option<double> Actions = new("--actions-per-second")
    {
        Description = "500 on the Consumption SKU, 2,000 a capacity unit",
        DefaultValueFactory = _ => new ScaleInputs().ActionsPerSecond,
    };
    private static readonly Option<double> AccountGigabits = new("--account-gbps")
    {
        Description = "egress limit of the storage account, Gbit/s",
        DefaultValueFactory = _ => new ScaleInputs().AccountBytesPerSecond * 8 / 1e9,
    };
    private static readonly Option<int> GroupsInFlight = new("--groups-in-flight")
    {
        Description = "groups of 256 chunks under way at a time",
        DefaultValueFactory = _ => new ScaleInputs().GroupsInFlight,
    };
    private static readonly Option<double> WorkerHour = new("--worker-hour")
    {
        Description = $"price of a GPU replica for an hour, US dollars (an assumption of {Prices.AsOf})",
        DefaultValueFactory = _ => new Prices().WorkerHour,
    };
    private static readonly Option<double> MillionActions = new("--million-actions")
    {
        Description = $"price of a million scheduler actions, US dollars (an assumption of {Prices.AsOf})",
        DefaultValueFactory = _ => new Prices().MillionActions,
    };
    private static readonly Option<int> Seed =
        new("--seed") { Description = "the same seed, the same table", DefaultValueFactory = _ => 1 };
    private static readonly Option<FileInfo?> Measured = new("--measured")
    {
        Description =
            "a JSON list of measured runs { tokens, chunkTokens, chunks, seconds }: fits one worker's speed and overhead, and says how "
            + "well they fit",
    };

    private static readonly Option<FileInfo?> Measure = new("--measure")
    {
        Description = "an MLP autoencoder: measures this machine with it first, and writes what --measured reads to measured.json",
    };

    public static Command Create()
    {
        var command = new Command("scale", "Predicts time and cost of 10^9 to 10^12 tokens on 1 to 1,000 GPUs, and says what binds.")
        {
            TokensPerSecond, Overhead, BytesPerToken, ChunkTokens, ColdStart, Actions, AccountGigabits, GroupsInFlight, WorkerHour,
            MillionActions, Seed, Measured, Measure,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var inputs = new ScaleInputs
        {
            TokensPerSecond = arguments.GetValue(TokensPerSecond),
            ChunkOverheadSeconds = arguments.GetValue(Overhead),
            BytesPerToken = arguments.GetValue(BytesPerToken),
            ChunkTokens = arguments.GetValue(ChunkTokens),
            ColdStartSeconds = arguments.GetValue(ColdStart),
            ActionsPerSecond = arguments.GetValue(Actions),
            AccountBytesPerSecond = arguments.GetValue(AccountGigabits) * 1e9 / 8,
            GroupsInFlight = arguments.GetValue(GroupsInFlight),
            Seed = arguments.GetValue(Seed),
        };
        var runs = arguments.GetValue(Measured) is { } measured ? MeasuredRun.Read(measured.FullName) : [];
        if (arguments.GetValue(Measure) is { } autoencoder)
        {
            runs = await LocalWorker.MeasureAsync(autoencoder.FullName, cancellationToken);
            MeasuredRun.Write("measured.json", runs);
        }

        if (runs.Count > 0)
        {
            var calibration = Calibration.Fit(runs);
            inputs = inputs with { TokensPerSecond = calibration.TokensPerSecond, ChunkOverheadSeconds = calibration.ChunkOverheadSeconds };
            ScaleTable.WriteCalibration(Console.Out, runs, calibration);
        }

        var prices = new Prices { WorkerHour = arguments.GetValue(WorkerHour), MillionActions = arguments.GetValue(MillionActions) };
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"One worker: {inputs.TokensPerSecond:N0} tokens/s, {inputs.ChunkOverheadSeconds:0.000} s a chunk of "
            + $"{inputs.ChunkTokens:N0} tokens, ${prices.WorkerHour:0.000} an hour ({Prices.AsOf}).\n"));
        ScaleTable.Write(Console.Out, inputs, prices);
    }
}
