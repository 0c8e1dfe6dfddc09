namespace System.Runtime.CompilerServices;

/// <summary>What init-only properties need, and .NET Standard does not have.</summary>
internal static class IsExternalInit;
