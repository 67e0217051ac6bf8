using Evercam.Server.Http;
using Evercam.Server.Pages;

namespace Evercam.Server.Users;

/// <summary>The rules of accounts, as people are told of them at the field that breaks one.</summary>
internal static class UserWords
{
    private static readonly Dictionary<string, string> Sentences = new()
    {
        ["forename can't be blank"] = "Please type your first name.",
        ["forename is invalid"] = "This is too long for a first name, or cannot be read.",
        ["lastname can't be blank"] = "Please type your last name.",
        ["lastname is invalid"] = "This is too long for a last name, or cannot be read.",
        ["username can't be blank"] = "Please choose a user name.",
        ["username is invalid"] = "A user name has up to 64 letters, digits and . _ -, begins with a letter or a digit, and does not end in .json or .xml.",
        ["username is already registered"] = "Somebody has this user name already. Please choose another.",
        ["country can't be blank"] = "Please choose your country.",
        ["country is invalid"] = "Please choose a country of the list.",
        ["email can't be blank"] = "Please type your email address.",
        ["email is invalid"] = "This is not an email address such as joe@example.org. Letters with accents must be typed as one, and none in full width.",
        ["email is already registered"] = "There is an account with this email address already.",
        ["password can't be blank"] = "Please choose a password that is not blank.",
        [PasswordQuestion.Wrong] = PasswordQuestion.WrongWords,
        ["current is invalid"] = PasswordQuestion.WrongWords,
        [PasswordQuestion.WrongCode] = PasswordQuestion.WrongCodeWords,
        ["code is invalid"] = PasswordQuestion.WrongCodeWords,
        [DeletionEndpoints.NotAgreed] = "Please type your user name as it is written above.",
        ["password is invalid"] = "This password cannot be read. Please choose another.",
    };

    /// <summary>A sentence for each field. Rules begin with the name of theirs; one that nobody knows is about the whole, because no
    /// field may be there to show it.</summary>
    public static Dictionary<string, string> Of(IEnumerable<string> rules)
    {
        var problems = new Dictionary<string, string>();
        foreach (var rule in rules)
        {
            var (field, sentence) = Sentences.TryGetValue(rule, out var known)
                ? (rule.Split(' ')[0], known)
                : (FormRefusal.Whole, $"{char.ToUpperInvariant(rule[0])}{rule[1..]}.");
            problems.TryAdd(field, sentence);
        }

        return problems;
    }
}
