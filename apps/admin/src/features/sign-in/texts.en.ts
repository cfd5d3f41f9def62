export const en = {
  title: 'Sign in',
  intro: 'For authors and operators of this installation.',
  email: 'Email',
  password: 'Password',
  submit: 'Sign in',
  wrong: 'Email or password is wrong.',
};
