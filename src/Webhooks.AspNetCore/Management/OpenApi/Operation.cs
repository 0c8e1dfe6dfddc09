using Microsoft.AspNetCore.Http;

namespace Webhooks.AspNetCore.Management.OpenApi;

/// <summary>What the OpenAPI document says of an operation.</summary>
internal sealed record Operation
{
    /// <summary>Its id, the only one in a document that has the API once.</summary>
    public required string Id { get; init; }

    public required string Summary { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    public OperationContent? Body { get; init; }

    public int SuccessCode { get; init; } = StatusCodes.Status200OK;

    public required string SuccessDescription { get; init; }

    public OperationContent? Success { get; init; }

    /// <summary>Whether the answer has the version of an endpoint in <c>ETag</c>.</summary>
    public bool HasETag { get; init; }

    /// <summary>Whether the request can name the version that it is based on.</summary>
    public bool TakesIfMatch { get; init; }

    /// <summary>Whether the request can be repeated.</summary>
    public bool TakesIdempotencyKey { get; init; }

    /// <summary>Status codes of problems, beside those that every operation of its kind has.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];
}
