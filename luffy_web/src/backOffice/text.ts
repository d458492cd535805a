import './text/text.css'

import { mountTexts } from './text/mountTexts'

mountTexts()
