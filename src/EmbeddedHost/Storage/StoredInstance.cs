using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Orchestrations.History;
using Azure;

namespace AeServerless.EmbeddedHost.Storage;

/// <summary>An instance as storage has it.</summary>
/// <param name="State">Its row.</param>
/// <param name="ETag">The row's version, which the next commit must find.</param>
/// <param name="Pages">Its history; empty where it was not asked for.</param>
internal sealed record StoredInstance(InstanceState State, ETag ETag, IReadOnlyList<HistoryPage> Pages);
