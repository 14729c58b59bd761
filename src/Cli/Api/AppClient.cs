using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.Cli.Stack;

namespace AeServerless.Cli.Api;

/// <summary>The function app's HTTP API.</summary>
internal sealed class AppClient : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http;

    public AppClient(Connection connection)
    {
        _http = new HttpClient { BaseAddress = new Uri(connection.Address, "/api/"), Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Add("x-functions-key", connection.Key);
    }

    /// <summary>Starts the run of a recipe, by name or inline, over a dataset; the same request gives the same run.</summary>
    public async Task<RunView> StartAsync(string dataset, JsonElement recipe, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            () => _http.PostAsJsonAsync("runs", new { dataset, recipe }, Json, cancellationToken), cancellationToken);
        return await ReadAsync<RunView>(response, cancellationToken);
    }

    /// <summary>The newest runs, over one dataset or all.</summary>
    public async Task<IReadOnlyList<RunView>> ListAsync(string? dataset, CancellationToken cancellationToken)
    {
        var query = dataset is null ? "" : $"?dataset={Uri.EscapeDataString(dataset)}";
        return (await GetAsync<RunList>($"runs{query}", cancellationToken)).Runs;
    }

    public Task<RunView> GetAsync(string runId, CancellationToken cancellationToken) =>
        GetAsync<RunView>($"runs/{Uri.EscapeDataString(runId)}", cancellationToken);

    public async Task<RunView> TerminateAsync(string runId, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            () => _http.DeleteAsync($"runs/{Uri.EscapeDataString(runId)}", cancellationToken), cancellationToken);
        return await ReadAsync<RunView>(response, cancellationToken);
    }

    /// <summary>A file of a run's results.</summary>
    public async Task<byte[]> ResultAsync(string runId, string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            () => _http.GetAsync($"runs/{Uri.EscapeDataString(runId)}/results/{path}", cancellationToken), cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Starts work that ends in a report, and waits for it.</summary>
    /// <param name="start">Where a POST starts it.</param>
    /// <param name="result">Where a GET tells how it is doing.</param>
    /// <param name="cancellationToken">Stops waiting; the work goes on.</param>
    public async Task<T> ReportAsync<T>(string start, string result, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(() => _http.PostAsync(start, content: null, cancellationToken), cancellationToken);
        while (true)
        {
            var now = await GetAsync<ReportView<T>>(result, cancellationToken);
            if (now.IsOver)
            {
                return now is { Status: "completed", Report: { } report } ? report : throw new CliException(
                    $"{result} {now.Status}: {now.Error}");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => _http.GetAsync(path, cancellationToken), cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await send();
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"{_http.BaseAddress}: the function app does not answer ({e.Message}); is ./ae up running?");
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new CliException(Refusal(response, body));
        }
    }

    private string Refusal(HttpResponseMessage response, string body)
    {
        try
        {
            if (JsonSerializer.Deserialize<ErrorBody>(body, Json)?.Error is { } error)
            {
                return error.ToString();
            }
        }
        catch (JsonException)
        {
            // Not the app's own answer: a proxy's, or the host's.
        }

        return (int)response.StatusCode == 401
            ? $"{_http.BaseAddress}: the function key is missing or wrong; AE_KEY holds it, or ./ae up's own connection does."
            : $"{response.RequestMessage?.RequestUri}: answered {(int)response.StatusCode} {response.ReasonPhrase}. {body}".Trim();
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken)
            ?? throw new CliException($"{response.RequestMessage?.RequestUri}: answered with nothing.");

    private sealed record RunList(IReadOnlyList<RunView> Runs);

    private sealed record ErrorBody(RunError? Error);
}
