using System.Collections.Immutable;
using DurableTask.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;

namespace AeServerless.LocalHost.Durable;

/// <summary>The engine's state of an instance as the Durable Task client tells it.</summary>
internal static class Instance
{
    public static OrchestrationMetadata ToMetadata(OrchestrationState state, bool payloads)
    {
        // Both enumerations have the same values.
        var status = (OrchestrationRuntimeStatus)state.OrchestrationStatus;
        var failure = status == OrchestrationRuntimeStatus.Failed ? Failure(state) : null;
        return new OrchestrationMetadata(state.Name, state.OrchestrationInstance.InstanceId)
        {
            DataConverter = payloads ? JsonDataConverter.Default : null,
            RuntimeStatus = status,
            CreatedAt = Utc(state.CreatedTime),
            LastUpdatedAt = Utc(state.LastUpdatedTime),
            SerializedInput = payloads ? state.Input : null,
            SerializedOutput = payloads && failure is null ? state.Output : null,

            // The tables keep a status that was not set as a JSON null.
            SerializedCustomStatus = payloads && state.Status != "null" ? state.Status : null,
            FailureDetails = payloads ? failure : null,
            Tags = state.Tags is { } tags ? tags.ToImmutableDictionary() : ImmutableDictionary<string, string>.Empty,
        };
    }

    // The tables keep of a failure its text alone, "type: message".
    private static TaskFailureDetails Failure(OrchestrationState state)
    {
        if (state.FailureDetails is { } details)
        {
            return new TaskFailureDetails(
                details.ErrorType, details.ErrorMessage, details.StackTrace, InnerFailure: null, Properties: null);
        }

        var text = state.Output ?? "";
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && !text.AsSpan(0, colon).Contains(' ')
            ? new TaskFailureDetails(text[..colon], text[(colon + 2)..], StackTrace: null, InnerFailure: null, Properties: null)
            : new TaskFailureDetails("(unknown)", text, StackTrace: null, InnerFailure: null, Properties: null);
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
