using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Webhooks.PublicApi.Tests;

/// <summary>Prints what types show to others, in the order of names. What the compiler adds to records is left out.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Print(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        var namespaces = types
            .Where(type => !type.IsNested)
            .GroupBy(type => type.Namespace)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach (var group in namespaces)
        {
            text.Append("namespace ").Append(group.Key).Append("\n{\n");
            text.AppendJoin('\n', group.OrderBy(TypeNames.Of, StringComparer.Ordinal).Select(type => PrintType(type, "    ")));
            text.Append("}\n\n");
        }

        return text.ToString();
    }

    private static string PrintType(Type type, string indent)
    {
        var text = new StringBuilder(indent);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return text.Append("public delegate ").Append(TypeNames.Of(invoke.ReturnParameter)).Append(' ')
                .Append(TypeNames.Of(type)).Append(Parameters(invoke)).Append(Constraints(type.GetGenericArguments())).Append(";\n")
                .ToString();
        }

        var bases = Bases(type).ToList();
        text.Append("public ").Append(Kind(type)).Append(' ').Append(TypeNames.Of(type));
        text.Append(bases.Count > 0 ? " : " : "").AppendJoin(", ", bases).Append(Constraints(type.GetGenericArguments())).Append('\n');
        text.Append(indent).Append("{\n");
        foreach (var line in type.IsEnum ? EnumValues(type) : Members(type))
        {
            text.Append(indent).Append("    ").Append(line).Append('\n');
        }

        foreach (var nested in type.GetNestedTypes().OrderBy(TypeNames.Of, StringComparer.Ordinal))
        {
            text.Append(PrintType(nested, indent + "    "));
        }

        return text.Append(indent).Append("}\n").ToString();
    }

    private static string Kind(Type type)
    {
        var record = IsRecord(type) ? "record " : "";
        return type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } =>
                (Has<IsReadOnlyAttribute>(type) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + record + "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract " + (record is "" ? "class" : "record"),
            { IsSealed: true } => "sealed " + (record is "" ? "class" : "record"),
            _ => record is "" ? "class" : "record",
        };
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$", Declared) is not null
        || (type.IsValueType && type.GetMethod("PrintMembers", Declared) is { } print && Has<CompilerGeneratedAttribute>(print));

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetUnderlyingType(type) is var underlying && underlying == typeof(int) ? [] : [TypeNames.Of(underlying)];
        }

        Type?[] parent = type.IsValueType || type.BaseType == typeof(object) ? [] : [type.BaseType];
        var inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(face => face.GetInterfaces()));
        var interfaces = type.GetInterfaces()
            .Where(face => face.IsPublic || face.IsNestedPublic)
            .Except(inherited)
            .Where(face => !(IsRecord(type) && face == typeof(IEquatable<>).MakeGenericType(type)))
            .OrderBy(TypeNames.Of, StringComparer.Ordinal);
        return [.. parent.OfType<Type>().Concat(interfaces).Select(TypeNames.Of)];
    }

    private static IEnumerable<string> EnumValues(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .OrderBy(field => Convert.ToInt64(field.GetRawConstantValue()))
            .Select(field => $"{field.Name} = {field.GetRawConstantValue()},");

    private static IEnumerable<string> Members(Type type) =>
        type.GetMembers(Declared)
            .Where(member => !Has<CompilerGeneratedAttribute>(member))
            .Select(member => (member.Name, Text: Member(member)))
            .Where(member => member.Text is not null)
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.Text, StringComparer.Ordinal)
            .Select(member => type.IsInterface ? member.Text!["public ".Length..] : member.Text!);

    private static string? Member(MemberInfo member) => member switch
    {
        FieldInfo field when Access(field.IsPublic, field.IsFamily || field.IsFamilyOrAssembly) is { } access =>
            field.IsLiteral
                ? $"{access}const {TypeNames.Of(field)} {field.Name} = {Literal(field.GetRawConstantValue())};"
                : $"{access}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Required(field)}"
                    + $"{TypeNames.Of(field)} {field.Name};",
        PropertyInfo property => Property(property),
        EventInfo { AddMethod: { } add } e when Access(add) is { } access =>
            $"{access}{Modifiers(add)}event {TypeNames.Of(e.EventHandlerType!)} {e.Name};",
        ConstructorInfo { IsStatic: false } constructor when Access(constructor) is { } access =>
            $"{access}{TypeNames.WithoutArity(constructor.DeclaringType!)}{Parameters(constructor)};",
        MethodInfo method when !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal) => Method(method),
        _ => null,
    };

    private static string? Method(MethodInfo method)
    {
        var generics = method.GetGenericArguments();
        return Access(method) is { } access
            ? $"{access}{Modifiers(method)}{TypeNames.Of(method.ReturnParameter)} {method.Name}{TypeNames.Arguments(generics)}"
                + $"{Parameters(method)}{Constraints(generics)};"
            : null;
    }

    private static string? Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(accessor => Access(accessor) is not null).ToList();
        if (accessors.Count == 0)
        {
            return null;
        }

        var access = accessors.Any(accessor => accessor.IsPublic) ? "public " : "protected ";
        var index = property.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(Parameter))}]" : "";
        var bodies = accessors.Select(accessor =>
            (Access(accessor) == access ? "" : "protected ")
            + (accessor == property.GetMethod ? "get; " : IsInit(accessor) ? "init; " : "set; "));
        return $"{access}{Modifiers(accessors[0])}{Required(property)}{TypeNames.Of(property)} {property.Name}{index} {{ {string.Concat(bodies)}}}";
    }

    private static string? Access(MethodBase method) => Access(method.IsPublic, method.IsFamily || method.IsFamilyOrAssembly);

    private static string? Access(bool isPublic, bool isProtected) => isPublic ? "public " : isProtected ? "protected " : null;

    private static string Required(MemberInfo member) => Has<RequiredMemberAttribute>(member) ? "required " : "";

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Modifiers(MethodInfo method) => method switch
    {
        { DeclaringType.IsInterface: true } => method.IsStatic ? "static " : "",
        { IsStatic: true } => "static ",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true } when method.GetBaseDefinition() != method => method.IsFinal ? "sealed override " : "override ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string Parameters(MethodBase method) =>
        (Has<ExtensionAttribute>(method) ? "(this " : "(") + string.Join(", ", method.GetParameters().Select(Parameter)) + ")";

    private static string Parameter(ParameterInfo parameter)
    {
        var modifier = parameter switch
        {
            { IsOut: true } => "out ",
            { IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when Has<ParamArrayAttribute>(parameter) || Has<ParamCollectionAttribute>(parameter) => "params ",
            _ => "",
        };
        return modifier + TypeNames.Of(parameter) + " " + parameter.Name + (parameter.HasDefaultValue ? " = " + Default(parameter) : "");
    }

    private static string Default(ParameterInfo parameter) => (parameter.RawDefaultValue, Type: parameter.ParameterType) switch
    {
        (null, { IsValueType: true } type) when Nullable.GetUnderlyingType(type) is null => "default",
        ({ } value, { IsEnum: true } type) => $"{type.Name}.{Enum.ToObject(type, value)}",
        var (value, _) => Literal(value),
    };

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => value.ToString()!,
    };

    private static string Constraints(Type[] arguments) =>
        string.Concat(arguments.Where(argument => argument.IsGenericParameter).Select(argument =>
        {
            var rules = argument.GenericParameterAttributes;
            var isStruct = rules.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
            string[] constraints =
            [
                .. rules.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
                .. isStruct ? ["struct"] : Array.Empty<string>(),
                .. TypeNames.IsNotNull(argument) ? ["notnull"] : Array.Empty<string>(),
                .. argument.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(TypeNames.Of),
                .. rules.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct ? ["new()"] : Array.Empty<string>(),
            ];
            return constraints.Length == 0 ? "" : $" where {argument.Name} : {string.Join(", ", constraints)}";
        }));

    private static bool Has<T>(MemberInfo member)
        where T : Attribute => member.IsDefined(typeof(T), inherit: false);

    private static bool Has<T>(ParameterInfo parameter)
        where T : Attribute => parameter.IsDefined(typeof(T), inherit: false);
}
