using AeServerless.Contracts;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Tells what a run would read, compute and write.</summary>
public sealed class PlanOnRequest(RequestedRuns requested, RunStarter starter, RunBasisReader basis)
{
    /// <summary>POST /api/plan: the body of POST /api/runs. Nothing is started or written.</summary>
    [Function(nameof(PlanOnRequest))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "plan")] HttpRequest request,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var (dataset, recipeName, recipe) = await requested.ReadAsync(request, cancellationToken);
            var run = await starter.DescribeAsync(dataset, recipeName, recipe, cancellationToken);
            var planned = await basis.ReadAsync(run, cancellationToken);
            var facts = planned.Plan.Facts(planned.Manifest.Shards.Sum(shard => shard.Tokens));
            return JsonResponse.Create(
                new PlanResponse([.. facts.Select(fact => new PlanFact(fact.Key, string.Join('\n', fact.Value)))]));
        });
}
