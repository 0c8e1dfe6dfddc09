namespace Webhooks.AspNetCore.Management.Routing;

/// <summary>Handles a request of the API. What it throws is answered by <see cref="Problems.ProblemGuard"/>.</summary>
internal delegate Task<ManagementResult> ManagementHandler(ManagementRequest request);
