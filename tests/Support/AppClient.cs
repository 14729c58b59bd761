using System.Net;
using System.Text;
using System.Text.Json;

namespace AeServerless.TestSupport;

/// <summary>Calls the HTTP API of a running function app.</summary>
/// <param name="http">Its client, key included; addresses are relative to /api/.</param>
public sealed class AppClient(HttpClient http)
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(4);

    /// <summary>POST /api/runs with any body.</summary>
    public Task<AppAnswer> PostAsync(byte[] body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "runs", cancellationToken, body);

    public Task<AppAnswer> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, cancellationToken);

    public async Task<AppAnswer> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken, byte[]? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        }

        using var response = await http.SendAsync(request, cancellationToken);
        return await AppAnswer.ReadAsync(response, cancellationToken);
    }

    /// <summary>GET with another key than the client's own.</summary>
    public async Task<AppAnswer> GetWithAsync(string key, string path, CancellationToken cancellationToken)
    {
        using var other = new HttpClient { BaseAddress = http.BaseAddress, DefaultRequestHeaders = { { "x-functions-key", key } } };
        using var response = await other.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await AppAnswer.ReadAsync(response, cancellationToken);
    }

    /// <summary>Starts the run of an inline recipe.</summary>
    /// <returns>The run's id.</returns>
    public async Task<string> StartAsync(string dataset, string recipe, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes($$"""{ "dataset": "{{dataset}}", "recipe": {{recipe}} }""");
        return (await PostAsync(body, cancellationToken)).Expect(HttpStatusCode.Accepted).Text("runId")!;
    }

    /// <summary>Waits until a run has ended, or is found not to exist.</summary>
    public Task<AppAnswer> WaitAsync(string runId, CancellationToken cancellationToken) => Polling.UntilAsync(
        async () =>
        {
            var answer = await GetAsync($"runs/{runId}", cancellationToken);
            return answer.Status == HttpStatusCode.NotFound || answer.IsOver ? answer : null;
        },
        cancellationToken,
        RunLimit);

    public async Task<AppAnswer> RunAsync(string dataset, string recipe, CancellationToken cancellationToken) =>
        await WaitAsync(await StartAsync(dataset, recipe, cancellationToken), cancellationToken);

    /// <summary>Starts work that ends in a report and waits until it is over.</summary>
    /// <param name="start">Where a POST starts it.</param>
    /// <param name="result">Where a GET tells how it is doing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The report.</returns>
    public async Task<JsonElement> ReportAsync(string start, string result, CancellationToken cancellationToken)
    {
        (await SendAsync(HttpMethod.Post, start, cancellationToken)).Expect(HttpStatusCode.Accepted);
        var over = await Polling.UntilAsync(
            async () => await GetAsync(result, cancellationToken) is { IsOver: true } answer ? answer : null, cancellationToken, RunLimit);
        return over.Text("status") == "completed" ? over.Json.GetProperty("report") : throw new HttpRequestException($"{result}: {over}");
    }

    /// <summary>Removes what no run needs, or only finds it.</summary>
    /// <returns>The prefixes that it removed, or would.</returns>
    public async Task<IReadOnlyList<string>> CleanAsync(bool apply, CancellationToken cancellationToken)
    {
        var report = await ReportAsync($"gc?apply={(apply ? "true" : "false")}", "gc", cancellationToken);
        return [.. report.GetProperty("removed").EnumerateArray().Select(prefix => prefix.GetString()!)];
    }
}
