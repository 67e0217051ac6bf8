using System.Net;
using System.Text.RegularExpressions;

namespace Evercam.Tests.Pages;

/// <summary>Reads forms on pages as a browser would send them.</summary>
internal static partial class Forms
{
    /// <summary>What a field holds; <see langword="null"/> if there is no such field, or nothing is chosen.</summary>
    public static string? FieldOf(this Sight page, string name)
    {
        var input = Inputs().Matches(page.Body).Select(match => match.Value)
            .FirstOrDefault(tag => tag.Contains($" name=\"{name}\"", StringComparison.Ordinal));
        if (input is not null)
        {
            var isTick = input.Contains("type=\"checkbox\"", StringComparison.Ordinal);
            var value = Value().Match(input);
            return isTick && !input.Contains(" checked", StringComparison.Ordinal) ? null
                : WebUtility.HtmlDecode(value.Success ? value.Groups[1].Value : "");
        }

        var select = Selects().Matches(page.Body).FirstOrDefault(match => match.Groups[1].Value == name);
        return select is null ? null : Selected().Match(select.Value) is { Success: true } option
            ? WebUtility.HtmlDecode(option.Groups[1].Value)
            : "";
    }

    /// <summary>What can be chosen from a list.</summary>
    public static IReadOnlyList<string> OptionsOf(this Sight page, string name) =>
    [
        .. Option().Matches(Selects().Matches(page.Body).Single(match => match.Groups[1].Value == name).Value)
            .Select(option => WebUtility.HtmlDecode(option.Groups[1].Value)),
    ];

    /// <summary>The sentence at a field; <see langword="null"/> if it is in order.</summary>
    public static string? ProblemAt(this Sight page, string name) =>
        Regex.Match(page.Body, $"<p id=\"{name}-below\" class=\"[^\"]*mud-input-error[^\"]*\">([^<]*)</p>") is { Success: true } problem
            ? WebUtility.HtmlDecode(problem.Groups[1].Value)
            : null;

    /// <summary>All that the page's form holds, with some of it typed anew; <see langword="null"/> for a tick taken away.</summary>
    public static (string Name, string Value)[] Fill(this Sight page, params (string Name, string? Value)[] typed)
    {
        var names = Inputs().Matches(page.Body).Select(match => Name().Match(match.Value))
            .Concat(Selects().Matches(page.Body).Select(match => Name().Match(match.Value)))
            .Where(name => name.Success).Select(name => name.Groups[1].Value).Distinct();
        var form = names.Select(name => (Name: name, Value: page.FieldOf(name))).Where(field => field.Value is not null)
            .ToDictionary(field => field.Name, field => field.Value);
        foreach (var (name, value) in typed)
        {
            form[name] = value;
        }

        return [.. form.Where(field => field.Value is not null).Select(field => (field.Key, field.Value!))];
    }

    /// <summary>The page without the numbers of its forms, which are never the same.</summary>
    public static string WithoutNumbers(this Sight page) => Numbers().Replace(page.Body, "");

    [GeneratedRegex("(?<=name=\"form_number\" value=\")[0-9a-f]{32}")]
    private static partial Regex Numbers();

    [GeneratedRegex("<input [^>]*>")]
    private static partial Regex Inputs();

    [GeneratedRegex("<select [^>]* name=\"([^\"]+)\"[^>]*>.*?</select>", RegexOptions.Singleline)]
    private static partial Regex Selects();

    [GeneratedRegex("<option value=\"([^\"]*)\"[^>]* selected")]
    private static partial Regex Selected();

    [GeneratedRegex("<option value=\"([^\"]*)\"")]
    private static partial Regex Option();

    [GeneratedRegex(" name=\"([^\"]+)\"")]
    private static partial Regex Name();

    [GeneratedRegex(" value=\"([^\"]*)\"")]
    private static partial Regex Value();
}
