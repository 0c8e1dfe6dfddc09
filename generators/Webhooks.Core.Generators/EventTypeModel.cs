using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Webhooks.Generators;

/// <summary>A type with a <c>[WebhookEvent]</c>.</summary>
/// <param name="Name">The name of the event type.</param>
/// <param name="Version">Its version; null for none.</param>
/// <param name="Description">What the attribute says of it; null for nothing.</param>
/// <param name="TypeName">The type, with all its namespaces.</param>
/// <param name="HasExamples">Whether it has examples with it.</param>
/// <param name="MadeOf">The types that it knows how it is made of.</param>
/// <param name="Obstacle">Why it cannot be registered; null where it can.</param>
/// <param name="Location">Where the attribute stands.</param>
internal sealed record EventTypeModel(
    string Name,
    string? Version,
    string? Description,
    string TypeName,
    bool HasExamples,
    EquatableArray<string> MadeOf,
    string? Obstacle,
    SourceLocation Location)
{
    public static EventTypeModel Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var attribute = context.Attributes[0];
        return new EventTypeModel(
            attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "",
            FindArgument(attribute, "Version"),
            FindArgument(attribute, "Description"),
            FullName(type),
            type.AllInterfaces.Any(static candidate => Is(candidate, "IEventExamples")),
            new EquatableArray<string>(
            [
                .. type.AllInterfaces
                    .Where(candidate => Is(candidate, "IOlderEventVersion")
                        && SymbolEqualityComparer.Default.Equals(candidate.TypeArguments[1], type))
                    .Select(static candidate => FullName(candidate.TypeArguments[0])),
            ]),
            FindObstacle(type),
            SourceLocation.Of(attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) ?? context.TargetNode));
    }

    private static string? FindArgument(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => string.Equals(argument.Key, name, StringComparison.Ordinal)).Value.Value as string;

    private static string FullName(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    private static bool Is(INamedTypeSymbol type, string name) =>
        string.Equals(type.Name, name, StringComparison.Ordinal)
        && string.Equals(type.ContainingNamespace.ToDisplayString(), "Webhooks.Catalog", StringComparison.Ordinal);

    private static string? FindObstacle(INamedTypeSymbol type)
    {
        for (var part = type; part is not null; part = part.ContainingType)
        {
            if (part.IsGenericType)
            {
                return "is generic";
            }

            if (part.IsFileLocal || part.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
            {
                return "cannot be seen by the rest of its assembly";
            }
        }

        return type.IsStatic ? "is static" : null;
    }

    /// <summary>A string as a literal.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
