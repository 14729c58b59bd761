using AeServerless.Engine.Graph;

namespace AeServerless.Engine.Scalars;

/// <summary>An output and the node that computes it; none where all of it is zero.</summary>
internal sealed record PlannedOutput(DerivedOutput Output, PlanNode? Node);
