using Evercam.Server.Http;
using Evercam.Server.Pages;

namespace Evercam.Server.Clients;

/// <summary>The rules of applications, as people are told of them at the field that breaks one.</summary>
internal static class ClientWords
{
    /// <summary>What stands in the way of a name, where the API says no more than that something does.</summary>
    public const string NameTaken = "Another application has this name. Please choose another.";

    private static readonly Dictionary<string, (string Field, string Sentence)> Sentences = new()
    {
        ["name can't be blank"] = ("name", "Please type a name."),
        ["name is invalid"] = ("name", "This name is too long, or holds something that cannot be seen or told apart."),
        ["callback uris can't be blank"] = ("callback_uris", "Please type at least one address."),
        ["callback_uris is invalid"] = ("callback_uris", "Each line is an http or https address without #, @ and commas, or a host name; 50 at most."),
        [PasswordQuestion.Wrong] = (PasswordQuestion.Field, PasswordQuestion.WrongWords),
        [PasswordQuestion.WrongCode] = (PasswordQuestion.CodeField, PasswordQuestion.WrongCodeWords),
    };

    /// <summary>A sentence for each field.</summary>
    public static Dictionary<string, string> Of(IEnumerable<string> rules)
    {
        var problems = new Dictionary<string, string>();
        foreach (var (field, sentence) in rules.Where(Sentences.ContainsKey).Select(rule => Sentences[rule]))
        {
            problems.TryAdd(field, sentence);
        }

        return problems;
    }

    /// <summary>Why an application was not registered or changed; <see langword="null"/> if the form is not what it is about.</summary>
    public static FormRefusal? Refusal(ApiException refused) => refused switch
    {
        { Status: StatusCodes.Status409Conflict } =>
            new(refused.Status, null, new() { ["name"] = NameTaken }),
        { Rules: { } rules } when rules.All(Sentences.ContainsKey) => new(refused.Status, null, Of(rules)),
        { Rules: not null } => FormRefusal.Because("You have as many applications as you may have."),
        _ => null,
    };
}
