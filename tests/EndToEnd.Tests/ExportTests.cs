using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using AeServerless.TestSupport;

namespace AeServerless.EndToEnd.Tests;

public sealed class ExportTests(FinishedRun run) : IClassFixture<FinishedRun>
{
    private const string Latents = "latents/mlp_latent/2.safetensors";
    private const string Complete = "_export/complete.json";

    [Fact]
    public async Task Csr_HasTheValuesOfTheRun()
    {
        var folder = run.NewFolder();

        var output = await AeAsync("export", run.RunId, "--as", "csr", "--out", folder);

        var results = await run.ResultAsync(Latents);
        var file = Path.Combine(folder, "mlp_latent", "2", "csr.npz");
        Assert.Equal(PlainFiles.Tensor<float>(results, "values"), PlainFiles.Array<float>(file, "data"));
        Assert.Equal(PlainFiles.Tensor<int>(results, "indices"), PlainFiles.Array<int>(file, "indices"));
        Assert.Equal(
            PlainFiles.Tensor<long>(results, "indptr").Select(start => (int)start), PlainFiles.Array<int>(file, "indptr"));
        Assert.Contains("Lost: ", output, StringComparison.Ordinal);
        Assert.Contains($"Exported {run.RunId} as csr: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delphi_HasTheValuesAndTokensOfTheRun()
    {
        var folder = run.NewFolder();

        await AeAsync("export", run.RunId, "--as", "delphi", "--out", folder);

        var results = await run.ResultAsync(Latents);
        var expected = PlainFiles.Tensor<float>(results, "values").Where(value => Math.Abs(value) > 1e-5).Select(value => (Half)value);
        var module = Path.Combine(folder, "latents", "layers.2.mlp_latent");
        var splits = Directory.GetFiles(module, "*.safetensors").Select(File.ReadAllBytes).ToList();
        Assert.Equal(5, splits.Count);
        Assert.Equal(expected.Order(), splits.SelectMany(split => PlainFiles.Tensor<Half>(split, "activations")).Order());
        Assert.All(splits, split => Assert.Equal(PlainFiles.Tensor<long>(splits[0], "tokens"), PlainFiles.Tensor<long>(split, "tokens")));
        var config = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Combine(module, "config.json"), TestContext.Current.CancellationToken));
        Assert.Equal("kjv-gpt2", config.RootElement.GetProperty("model_name").GetString());
    }

    [Fact]
    public async Task Neuronpedia_ShowsTexts()
    {
        var folder = run.NewFolder();

        await AeAsync("export", run.RunId, "--as", "neuronpedia", "--out", folder);

        var upload = Directory.GetFiles(Path.Combine(folder, "uploads"), "*.json", SearchOption.AllDirectories).Order().First();
        var batch = JsonDocument.Parse(await File.ReadAllBytesAsync(upload, TestContext.Current.CancellationToken)).RootElement;
        var tokens = batch.GetProperty("features")[0].GetProperty("activations")[0].GetProperty("tokens").EnumerateArray().ToList();
        Assert.Contains(tokens, token => token.GetString() is [' ', ..]);
    }

    [Fact]
    public async Task Sparsity_IsTheLogarithmOfTheFrequency()
    {
        var folder = run.NewFolder();

        await AeAsync("export", run.RunId, "--as", "sparsity", "--out", folder);

        var file = await File.ReadAllBytesAsync(
            Path.Combine(folder, "mlp_latent", "2", "sparsity.safetensors"), TestContext.Current.CancellationToken);
        var counts = PlainFiles.Tensor<long>(await run.ResultAsync("statistics/mlp_latent/2.safetensors"), "count");
        var expected = counts.Select(count => Math.Log10(((double)count / CapturedSample.Tokens) + 1e-10)).ToList();
        var found = PlainFiles.Tensor<float>(file, "sparsity");
        Assert.Equal(expected.Count, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData("neuron-record")]
    [InlineData("circuit-tracer")]
    [InlineData("saedashboard")]
    public async Task JsonFormats_HaveTheMaximumOfTheRun(string format)
    {
        const int Layer = 2;
        var statistics = await run.ResultAsync("statistics/mlp_latent/2.safetensors");
        var maxima = PlainFiles.Tensor<float>(statistics, "max");
        var latent = Array.IndexOf(maxima, maxima.Max());
        var folder = run.NewFolder();

        await AeAsync("export", run.RunId, "--as", format, "--out", folder);

        // circuit-tracer numbers a feature by the Cantor pair of layer and latent.
        var cantor = ((Layer + latent) * (Layer + latent + 1) / 2) + latent;
        var found = format switch
        {
            "neuron-record" => Json(folder, $"mlp_latent/collated-activations/{Layer}/{latent}.json")
                .GetProperty("most_positive_activation_records")[0].GetProperty("activations").EnumerateArray().Max(Number),
            "circuit-tracer" => Number(Json(folder, $"mlp_latent/{cantor}.json").GetProperty("act_max")),
            _ => Directory.GetFiles(folder, "batch-*.json", SearchOption.AllDirectories)
                .Where(file => file.Contains($"blocks.{Layer}.mlp_latent", StringComparison.Ordinal))
                .SelectMany(file => Json(folder, file).GetProperty("features").EnumerateArray())
                .Single(feature => feature.GetProperty("feature_index").GetInt32() == latent)
                .GetProperty("activations")[0].GetProperty("values").EnumerateArray().Max(Number),
        };
        Assert.Equal(maxima[latent], found, format == "saedashboard" ? 5e-4 : 1e-6);
    }

    [Fact]
    public async Task ExportThatIsKilled_IsNotWhole_AndGoesOn()
    {
        var (cut, whole) = (run.NewFolder(), run.NewFolder());
        await AeAsync("export", run.RunId, "--as", "neuronpedia", "--out", whole);
        using (var process = Cli.Start(run.Environment, "export", run.RunId, "--as", "neuronpedia", "--out", cut))
        {
            var units = Path.Combine(cut, "_export", "units");
            bool HasBegun() => Directory.Exists(units) && Directory.EnumerateFiles(units, "*.json", SearchOption.AllDirectories).Any();
            await Polling.UntilAsync(
                () => Task.FromResult(process.HasExited || HasBegun() ? units : null), TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(File.Exists(Path.Combine(cut, Complete)));
        var output = await AeAsync("export", run.RunId, "--as", "neuronpedia", "--out", cut);

        Assert.Contains(" were there)", output, StringComparison.Ordinal);
        Assert.Equal(Hashes(whole), Hashes(cut));
    }

    [Fact]
    public async Task Query_AnswersWhatTheStatisticsSay_AlsoWhenTheAppIsGone()
    {
        const string Sql = "select latent, count, mean from latent_stats where scalar = 'mlp_latent' and layer = 2 order by latent";
        var first = await AeAsync("query", run.RunId, Sql, "--format", "csv");
        var gone = new Dictionary<string, string>(run.Environment) { ["AE_HOST"] = "http://127.0.0.1:9" };
        var second = await Cli.SucceedAsync(gone, "query", run.RunId, Sql, "--format", "csv");

        var statistics = await run.ResultAsync("statistics/mlp_latent/2.safetensors");
        var (count, mean) = (PlainFiles.Tensor<long>(statistics, "count"), PlainFiles.Tensor<double>(statistics, "mean"));
        var expected = count.Select((number, latent) => string.Create(CultureInfo.InvariantCulture, $"{latent},{number},{mean[latent]}"));
        Assert.Equal(["latent,count,mean", .. expected], second.TrimEnd().Split("\r\n"));
        Assert.Contains(second, first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_WithoutSql_ListsTables()
    {
        var tables = await AeAsync("query", run.RunId);

        Assert.All(
            (string[])["latents", "latent_stats", "top_examples", "token_metrics", "token_text"],
            name => Assert.Contains(name, tables, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Show_HasFiguresHistogramAndExamples()
    {
        var counts = PlainFiles.Tensor<long>(await run.ResultAsync("statistics/mlp_latent/2.safetensors"), "count");
        var latent = Array.IndexOf(counts, counts.Max());

        var shown = await AeAsync("show", run.RunId, $"{latent}", "--autoencoder", "mlp", "--examples", "3");

        var count = counts[latent].ToString("N0", CultureInfo.InvariantCulture);
        Assert.Contains($"mlp_latent: not zero at {count} tokens", shown, StringComparison.Ordinal);
        Assert.Contains("mlp_write_norm: not zero at ", shown, StringComparison.Ordinal);
        Assert.Contains("█", shown, StringComparison.Ordinal);
        Assert.Equal(3, shown.Split('\n').Count(line => line.Contains("[[", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("is not a format; known are", "export", "RUN", "--as", "nothing")]
    [InlineData("no-such-run", "export", "no-such-run", "--as", "csr")]
    [InlineData("Say which autoencoder", "show", "RUN", "1")]
    [InlineData("has the latents 0 to", "show", "RUN", "99999999", "--autoencoder", "mlp")]
    [InlineData("The run's tables are", "query", "RUN", "select nothing from nowhere")]
    public async Task WhatCantBeDone_IsRefused(string said, params string[] arguments)
    {
        var (exitCode, output) = await Cli.RunAsync(
            run.Environment, [.. arguments.Select(argument => argument == "RUN" ? run.RunId : argument)]);

        Assert.Equal(1, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderWithOtherFiles_IsLeftAlone()
    {
        var folder = Directory.CreateDirectory(run.NewFolder()).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "mine.txt"), "mine", TestContext.Current.CancellationToken);

        var (exitCode, output) = await Cli.RunAsync(run.Environment, "export", run.RunId, "--as", "csr", "--out", folder);

        Assert.Equal(1, exitCode);
        Assert.Contains("has files that are not of an export", output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(folder));
    }

    private static SortedDictionary<string, string> Hashes(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}_export{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToDictionary(
                file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
        StringComparer.Ordinal);

    private static double Number(JsonElement number) => number.GetDouble();

    private static JsonElement Json(string folder, string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file))).RootElement;

    private Task<string> AeAsync(params string[] arguments) => Cli.SucceedAsync(run.Environment, arguments);
}
