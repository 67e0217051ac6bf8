using System.Reflection;

namespace Evercam.Server.Http;

/// <summary>What a parameter is read as.</summary>
internal enum ParamType
{
    Text,
    Boolean,
    Integer,
    Number,

    /// <summary>Whole Unix seconds.</summary>
    Second,

    /// <summary>Unix seconds with their fraction.</summary>
    Moment,

    /// <summary>A JSON object.</summary>
    Object,

    /// <summary>A list of names.</summary>
    Names,

    File,
}

/// <summary>A parameter that an endpoint asks for.</summary>
internal sealed record AskedParam(string Name, ParamType Type, bool IsRequired);

/// <summary>What is read of a request to an endpoint by the implementation of a protocol, or as a form for people: in a form where there may be
/// one, else in the address.</summary>
/// <param name="All">The parameters, in the order in which they are told.</param>
internal sealed record ProtocolParams(params IReadOnlyList<AskedParam> All)
{
    /// <summary>Those that may stand in the address also where there may be a form.</summary>
    public IReadOnlyList<AskedParam> InAddress { get; init; } = [];
}

/// <summary>Goes with a request and notes which parameters it is asked for, so that what is said of an endpoint is what its code
/// reads.</summary>
internal sealed class AskedParams
{
    private readonly OrderedDictionary<string, AskedParam> found = [];

    /// <summary>What was asked for so far, in this order.</summary>
    public IReadOnlyList<AskedParam> All => [.. found.Values];

    /// <summary>What the handler of an endpoint asks a request for that holds nothing.</summary>
    public static IReadOnlyList<AskedParam> Of(MethodInfo handler)
    {
        var asked = new AskedParams();
        var context = new DefaultHttpContext();
        context.Features.Set(asked);
        foreach (var type in handler.GetParameters().Select(parameter => parameter.ParameterType))
        {
            type.GetMethod("BindAsync", BindingFlags.Public | BindingFlags.Static, [typeof(HttpContext)])?.Invoke(null, [context]);
        }

        return asked.All;
    }

    public void Note(string name, ParamType type) => found.TryAdd(name, new(name, type, IsRequired: false));

    public void NoteRequired(string name) => found[name] = found[name] with { IsRequired = true };
}
