namespace Webhooks.Testing.Conformance.Model;

/// <summary>What a random sequence can do to a store.</summary>
internal enum StoreAction
{
    Append,
    AppendDelayed,
    AppendExpiring,
    AppendOnce,
    AppendAgain,
    Claim,
    ClaimHeld,
    Succeed,
    Retry,
    CompleteAsAnother,
    Release,
    Pause,
    Disable,
    Enable,
    Delete,
    Insert,
    Advance,
    Prune,
}
