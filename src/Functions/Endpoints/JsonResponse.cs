using AeServerless.Contracts;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Answers in JSON.</summary>
internal static class JsonResponse
{
    public static IResult Create<T>(T value, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, ContractJson.Options, contentType: null, status);
}
