namespace Webhooks.Http;

/// <summary>Defers on exceptions of one type.</summary>
internal sealed class AttemptDeferral<TException>(Func<TException, TimeSpan?> deferFor) : IAttemptDeferral
    where TException : Exception
{
    public TimeSpan? DeferFor(Exception exception) => exception is TException ours ? deferFor(ours) : null;
}
