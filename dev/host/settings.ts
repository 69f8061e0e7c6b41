/** The app's settings: the process's environment, as everywhere in Azure Functions. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Replaces `%NAME%` by the setting of that name; throws when there is none. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined || value === '')
      throw new Error(`The setting ${name} is missing, which %${name}% asks for.`);
    return value;
  });
}

/** The connection string of a binding's `connection`, by its full name or the part after `AzureWebJobs`. */
export function connectionStringOf(connection: string | undefined, settings: Settings): string {
  const name = connection ?? 'AzureWebJobsStorage';
  const value = settings[name] ?? settings[`AzureWebJobs${name}`];
  if (value === undefined) throw new Error(`The setting ${name} with the storage connection string is missing.`);
  return value;
}
