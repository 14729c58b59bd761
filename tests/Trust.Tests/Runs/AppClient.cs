using System.Net;
using System.Text.Json;

namespace AeServerless.Trust.Tests.Runs;

/// <summary>Calls the HTTP API of a running function app.</summary>
/// <param name="http">Its client, key included.</param>
internal sealed class AppClient(HttpClient http)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>POST /api/runs with any body.</summary>
    public async Task<Answer> PostAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        using var response = await http.PostAsync(new Uri("runs", UriKind.Relative), content, cancellationToken);
        return await Answer.ReadAsync(response, cancellationToken);
    }

    public async Task<Answer> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await Answer.ReadAsync(response, cancellationToken);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var response = await http.SendAsync(request, cancellationToken);
        return await Answer.ReadAsync(response, cancellationToken);
    }

    /// <summary>GET with another key than the client's own.</summary>
    public async Task<Answer> GetWithAsync(string key, string path, CancellationToken cancellationToken)
    {
        using var other = new HttpClient { BaseAddress = http.BaseAddress, DefaultRequestHeaders = { { "x-functions-key", key } } };
        using var response = await other.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await Answer.ReadAsync(response, cancellationToken);
    }

    /// <summary>Starts the run of an inline recipe.</summary>
    /// <returns>The run's id.</returns>
    public async Task<string> StartAsync(string dataset, string recipe, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(System.Text.Encoding.UTF8.GetBytes($$"""{ "dataset": "{{dataset}}", "recipe": {{recipe}} }"""), cancellationToken);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{answer.Status}: {answer.Body}");
        return answer.Json.GetProperty("runId").GetString()!;
    }

    /// <summary>Waits until a run has ended.</summary>
    public async Task<Answer> WaitAsync(string runId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await GetAsync($"runs/{runId}", cancellationToken);
            if (answer.Status == HttpStatusCode.OK && answer.Text("status") is "completed" or "failed" or "terminated" || answer.Status == HttpStatusCode.NotFound) return answer;
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    public async Task<Answer> RunAsync(string dataset, string recipe, CancellationToken cancellationToken) =>
        await WaitAsync(await StartAsync(dataset, recipe, cancellationToken), cancellationToken);

    /// <summary>Removes what no run needs, or only finds it.</summary>
    /// <returns>The prefixes that it removed, or would.</returns>
    public async Task<IReadOnlyList<string>> CleanAsync(bool apply, CancellationToken cancellationToken)
    {
        var started = await SendAsync(HttpMethod.Post, $"gc?apply={(apply ? "true" : "false")}", cancellationToken);
        Assert.True(started.Status == HttpStatusCode.Accepted, $"{started.Status}: {started.Body}");
        while (true)
        {
            var answer = await GetAsync("gc", cancellationToken);
            if (answer.Text("status") is "completed") return [.. answer.Json.GetProperty("report").GetProperty("removed").EnumerateArray().Select(prefix => prefix.GetString()!)];
            Assert.NotEqual("failed", answer.Text("status"));
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>An answer of the API.</summary>
    internal sealed record Answer(HttpStatusCode Status, string Body)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        /// <summary>A field of the body, in any case, as text.</summary>
        public string? Text(params ReadOnlySpan<string> path)
        {
            if (Body.Length == 0) return null;
            var at = Json;
            foreach (var name in path)
            {
                at = at.EnumerateObject().FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
                if (at.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
            }

            return at.ToString();
        }

        /// <summary>Why a request was refused or a run failed: subject and message as a user reads them.</summary>
        public string? Reason => Text("error") is null ? null : $"{Text("error", "subject")}: {Text("error", "message")}";

        public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
            new(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }
}
