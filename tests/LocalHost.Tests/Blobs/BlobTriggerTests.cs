using System.Text.Json;
using AeServerless.LocalHost.Tests.Support;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace AeServerless.LocalHost.Tests.Blobs;

public sealed class BlobTriggerTests(SharedHosts azurite)
{
    private readonly string _container = $"c{Guid.NewGuid():N}";
    private readonly string _mark = $"{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BlobContainerClient Container => new(azurite.ConnectionString, _container);

    [Fact]
    public async Task Upload_RunsTheFunctionOnce_EvenOverARestart()
    {
        var first = await StartAsync();
        await Container.CreateAsync(cancellationToken: Cancel);
        await UploadAsync($"{_mark}/manifest.json", "one");
        await Eventually.HoldsAsync(() => SeenOf(_mark).Count == 1);
        await first.DisposeAsync();

        await using var second = await TestHost.StartAsync(first.Options, Cancel);
        await UploadAsync($"{_mark}-later/manifest.json", "two");
        await Eventually.HoldsAsync(() => SeenOf($"{_mark}-later").Count == 1);
        Assert.Equal(["one"], SeenOf(_mark));
    }

    [Fact]
    public async Task NewVersion_RunsTheFunctionAgain()
    {
        await Container.CreateAsync(cancellationToken: Cancel);
        await UploadAsync($"{_mark}/manifest.json", "one");
        await using var host = await StartAsync();
        await Eventually.HoldsAsync(() => SeenOf(_mark).Count == 1);
        await UploadAsync($"{_mark}/manifest.json", "two");
        await Eventually.HoldsAsync(() => SeenOf(_mark).Count == 2);
        Assert.Equal(["one", "two"], SeenOf(_mark));
    }

    [Fact]
    public async Task StreamAndClient_AreBound()
    {
        await Container.CreateAsync(cancellationToken: Cancel);
        await UploadAsync($"streams/{_mark}.bin", new string('x', 100_000));
        await UploadAsync($"clients/{_mark}", "x");
        await UploadAsync($"clients/deeper/{_mark}", "x");
        await using var host = await StartAsync();
        await Eventually.HoldsAsync(() => SeenOf(_mark).Count == 2);
        Assert.Equal(["100000 bytes", $"clients/{_mark}"], SeenOf(_mark).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task EventGridFunction_IsLeftOut_AndSaysSo()
    {
        await Container.CreateAsync(cancellationToken: Cancel);
        await UploadAsync($"events/{_mark}", "x");
        await UploadAsync($"clients/{_mark}", "x");
        await using var host = await StartAsync();
        await Eventually.HoldsAsync(() => SeenOf(_mark).Count == 1);
        Assert.Equal([$"clients/{_mark}"], SeenOf(_mark));
        Assert.True(host.HasLogged("since it waits for Event Grid: OnEvent"));
    }

    [Fact]
    public async Task FailingBlob_IsTriedAgain_AndGivenUpAfterFiveTries()
    {
        await Container.CreateAsync(cancellationToken: Cancel);
        await UploadAsync($"bad/{_mark}-twice.json", "2");
        await UploadAsync($"bad/{_mark}-always.json", "1000");
        await using var host = await StartAsync();

        var queue = new QueueClient(
            azurite.ConnectionString, "webjobs-blobtrigger-poison",
            new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var message = await Eventually.GetAsync(async () => !await queue.ExistsAsync(Cancel)
            ? null
            : (await queue.PeekMessagesAsync(32, Cancel)).Value.Select(peeked => peeked.Body.ToString()).FirstOrDefault(
                body => body.Contains(_mark, StringComparison.Ordinal)));
        var poison = JsonDocument.Parse(message).RootElement;
        Assert.Equal(("BlobTrigger", "Host.Functions.OnBad", _container, $"bad/{_mark}-always.json"), (
            poison.GetProperty("Type").GetString(), poison.GetProperty("FunctionId").GetString(),
            poison.GetProperty("ContainerName").GetString(), poison.GetProperty("BlobName").GetString()));
        Assert.Equal(5, Calls.Of($"{_mark}-always"));
        Assert.Equal(3, Calls.Of($"{_mark}-twice"));
    }

    [Fact]
    public async Task DisabledFunction_DoesNotRun()
    {
        await Container.CreateAsync(cancellationToken: Cancel);
        await UploadAsync($"{_mark}/manifest.json", "one");
        await UploadAsync($"clients/{_mark}", "x");
        await using var host = await TestHost.StartAsync(
            Options() with { Settings = new() { ["Container"] = _container, ["AzureWebJobs.OnText.Disabled"] = "true" } }, Cancel);
        await Eventually.HoldsAsync(() => SeenOf(_mark).Count == 1);
        Assert.Equal([$"clients/{_mark}"], SeenOf(_mark));
        Assert.Contains(host.Logs.Lines, line => line.Contains("Disabled functions: OnText", StringComparison.Ordinal));
    }

    private static List<string> SeenOf(string dataset) =>
        [.. BlobFunctionsUnderTest.Texts.Where(seen => seen.Dataset == dataset).Select(seen => seen.Content)];

    private Task UploadAsync(string name, string text) =>
        Container.GetBlobClient(name).UploadAsync(new BinaryData(text), overwrite: true, Cancel);

    private TestHostOptions Options() =>
        new(azurite.ConnectionString, typeof(BlobFunctionsUnderTest)) { Settings = { ["Container"] = _container } };

    private Task<TestHost> StartAsync() => TestHost.StartAsync(Options(), Cancel);
}
