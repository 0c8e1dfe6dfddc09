namespace Webhooks.AspNetCore.Management.Problems;

/// <summary>Ends the handling of a request with a problem.</summary>
internal sealed class ProblemException(Problem problem, Exception? innerException = null)
    : Exception(problem.Detail, innerException)
{
    public Problem Problem { get; } = problem;
}
