using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.Cli.Stack;
using AeServerless.Contracts;

namespace AeServerless.Cli.Api;

/// <summary>The function app's HTTP API.</summary>
internal sealed class AppClient : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private const int MostShown = 200;
    private const int MostAnswers = 5;

    private readonly HttpClient _http;

    public AppClient(Connection connection)
    {
        _http = new HttpClient { BaseAddress = new Uri(connection.Address, "/api/"), Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Add("x-functions-key", connection.Key);
    }

    /// <summary>Starts the run of a recipe, by name or inline, over a dataset; the same request gives the same run.</summary>
    public async Task<RunStartResponse> StartAsync(string dataset, JsonElement recipe, CancellationToken cancellationToken)
    {
        var body = new RunStartRequest(dataset, recipe);
        using var response = await SendAsync(
            () => _http.PostAsJsonAsync("runs", body, ContractJson.Options, cancellationToken), cancellationToken);
        return await ReadAsync<RunStartResponse>(response, cancellationToken);
    }

    /// <summary>The newest runs, over one dataset or all.</summary>
    public async Task<IReadOnlyList<RunDescription>> ListAsync(string? dataset, CancellationToken cancellationToken)
    {
        var query = dataset is null ? "" : $"?dataset={Uri.EscapeDataString(dataset)}";
        return (await GetAsync<RunListResponse>($"runs{query}", cancellationToken)).Runs;
    }

    public Task<RunDescription> GetAsync(string runId, CancellationToken cancellationToken) =>
        GetAsync<RunDescription>($"runs/{Uri.EscapeDataString(runId)}", cancellationToken);

    public async Task<RunDescription> TerminateAsync(string runId, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            () => _http.DeleteAsync($"runs/{Uri.EscapeDataString(runId)}", cancellationToken), cancellationToken);
        return await ReadAsync<RunDescription>(response, cancellationToken);
    }

    /// <summary>A file of a run's results.</summary>
    public async Task<byte[]> ResultAsync(string runId, string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            () => _http.GetAsync($"runs/{Uri.EscapeDataString(runId)}/results/{path}", cancellationToken), cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>The files of a run's results.</summary>
    public async Task<IReadOnlyList<ResultListItem>> ResultsAsync(string runId, CancellationToken cancellationToken) =>
        (await GetAsync<ResultListResponse>($"runs/{Uri.EscapeDataString(runId)}/results", cancellationToken)).Files;

    /// <summary>A file of a run's results, read by ranges.</summary>
    public AppFile OpenResult(string runId, ResultListItem file) =>
        new(this, $"runs/{Uri.EscapeDataString(runId)}/results/{Escape(file.Path)}", file.Path, file.Length);

    /// <summary>
    /// A file that a run was planned with, read by ranges; <see langword="null"/> where it is not one of them or has changed since.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">The file's path, container first.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<AppFile?> FindInputAsync(string runId, string path, CancellationToken cancellationToken)
    {
        var address = $"runs/{Uri.EscapeDataString(runId)}/inputs/{Escape(path)}";
        using var response = await SendAsync(() => GetRangeAsync(address, 0, 1, cancellationToken), cancellationToken, IsGone);
        return IsGone(response)
            ? null
            : new AppFile(this, address, path, response.Content.Headers.ContentRange?.Length ?? throw NotARange(response));
    }

    /// <summary>Fills memory with the bytes of a file from an offset on; what an answer lacks that broke off is asked for again.</summary>
    public async Task ReadAsync(string path, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var received = 0;
        for (var answers = 1; received < destination.Length; answers++)
        {
            try
            {
                var (from, left) = (offset + received, destination.Length - received);
                using var response = await SendAsync(() => GetRangeAsync(path, from, left, cancellationToken), cancellationToken);
                if (response.Content.Headers.ContentRange is not { } range || range.From != from)
                {
                    throw NotARange(response);
                }

                await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
                for (int count; (count = await content.ReadAsync(destination[received..], cancellationToken)) > 0; received += count)
                {
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException && answers < MostAnswers)
            {
                continue;
            }

            if (received < destination.Length && answers == MostAnswers)
            {
                throw new CliException($"{path}: only {received} of {destination.Length} bytes came at {offset}; try again.");
            }
        }
    }

    /// <summary>The address of the explorer. That of a local host opens it once without asking for the key.</summary>
    /// <param name="runId">The run that it shows; null for all.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<Uri> ExplorerAsync(string? runId, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            () => _http.PostAsync("explore/tickets", content: null, cancellationToken),
            cancellationToken,
            answer => answer.StatusCode == HttpStatusCode.NotFound);
        var ticket = response.IsSuccessStatusCode
            ? $"ticket/{(await ReadAsync<PageTicket>(response, cancellationToken)).Ticket}/"
            : "";
        return new Uri(_http.BaseAddress!, $"explore#/{ticket}{(runId is null ? "runs" : $"runs/{Uri.EscapeDataString(runId)}")}");
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
            var now = await GetAsync<JobResponse<T>>(result, cancellationToken);
            if (now.Status.IsOver())
            {
                return now is { Status: RunStatus.Completed, Report: { } report }
                    ? report
                    : throw new CliException($"{result} {Name(now.Status)}: {now.Error}");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>A status in lower case, as users know it.</summary>
    public static string Name(RunStatus status) => status.ToString().ToLowerInvariant();

    public void Dispose() => _http.Dispose();

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static bool IsGone(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed;

    private static CliException NotARange(HttpResponseMessage response) => new(
        $"{response.RequestMessage?.RequestUri}: answered a request for a part of the file with something else; look whether a proxy "
        + "stands before the function app.");

    private Task<HttpResponseMessage> GetRangeAsync(string path, long offset, int count, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = new RangeHeaderValue(offset, offset + count - 1);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => _http.GetAsync(path, cancellationToken), cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(
        Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken, Func<HttpResponseMessage, bool>? isExpected = null)
    {
        HttpResponseMessage response;
        try
        {
            response = await send();
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                $"{_http.BaseAddress}: did not answer within {_http.Timeout.TotalMinutes:0} minutes ({e.Message}); see the app's logs.");
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"{_http.BaseAddress}: the function app does not answer ({e.Message}); is ./ae up running?");
        }

        if (response.IsSuccessStatusCode || isExpected?.Invoke(response) == true)
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
            if (JsonSerializer.Deserialize<ErrorResponse>(body, ContractJson.Options)?.Error is { } error)
            {
                return error.ToString();
            }
        }
        catch (JsonException)
        {
            // Not the app's own answer: a proxy's, or the host's.
        }

        var at = response.RequestMessage?.RequestUri;
        var answer = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        return (int)response.StatusCode switch
        {
            401 or 403 => $"{_http.BaseAddress}: the function key is missing or wrong; AE_KEY holds it, or ./ae up's own connection does.",
            404 => $"{at}: answered {answer}; look whether AE_HOST is the function app's address.",
            >= 500 => $"{at}: answered {answer}; the app is starting or out of order: try again, and see its logs. {Clip(body)}",
            _ => $"{at}: answered {answer}; look whether AE_HOST is the function app's address. {Clip(body)}",
        };
    }

    private static string Clip(string body) => body.Length <= MostShown ? body : $"{body[..MostShown]}…";

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellationToken)
                ?? throw new JsonException("nothing");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new CliException(
                $"{response.RequestMessage?.RequestUri}: did not answer as the function app does; look whether AE_HOST is its address.");
        }
    }
}
