import './rowOrder.css'

import { orderRows } from './orderRows'

orderRows()
